"""Chains of one unit per layer: products of factors, their theory, their weights."""

from vanishing.engine.chain.many import draws, median_map
from vanishing.engine.chain.products import bound, check_gradient, run

__all__ = ["bound", "check_gradient", "draws", "median_map", "run"]
