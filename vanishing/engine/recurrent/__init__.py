"""Recurrent nets: unrolled in time, their theory, and learning to remember."""
