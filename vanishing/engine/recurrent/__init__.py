"""Recurrent nets: unrolled in time, their theory, and learning to remember."""

from vanishing.engine.recurrent.training import Settings, run, train
from vanishing.engine.recurrent.unrolled import Recurrence, through_time

__all__ = ["Recurrence", "Settings", "run", "through_time", "train"]
