"""How deep a technique still trains: cells, sweeps over them, the shipped table."""

from vanishing.engine.depth.limits import Budget, Cell, Technique, limit, measure
from vanishing.engine.depth.sweep import Sweep
from vanishing.engine.depth.workers import processes

__all__ = ["Budget", "Cell", "Sweep", "Technique", "limit", "measure", "processes"]
