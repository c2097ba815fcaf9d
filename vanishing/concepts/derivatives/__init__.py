"""Derivative ranges."""
