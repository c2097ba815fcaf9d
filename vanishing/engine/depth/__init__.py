"""How deep a technique still trains: cells, and the shipped table of them."""

from vanishing.engine.depth.limits import Budget, Cell, Technique, limit, measure

__all__ = ["Budget", "Cell", "Technique", "limit", "measure"]
