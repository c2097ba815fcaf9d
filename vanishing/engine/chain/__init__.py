"""Chains of one unit per layer: products of factors, their theory, their weights."""
