"""Gradient descent on small surfaces, and what numbers cannot hold."""
