"""Networks: activations, initialisers, data, forward and backward, training."""

from vanishing.engine.nets.datasets import Dataset, load
from vanishing.engine.nets.records import Record
from vanishing.engine.nets.training import Run, Settings, run, train

__all__ = ["Dataset", "Record", "Run", "Settings", "load", "run", "train"]
