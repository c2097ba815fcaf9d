"""Gradient descent with small gradients."""
