"""Dying ReLU."""
