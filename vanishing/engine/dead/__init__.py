"""Dead ReLU units: one neuron, networks at the start, and over training."""

from vanishing.engine.dead.born import born_dead_bound, born_dead_curve
from vanishing.engine.dead.runs import at_start, watch
from vanishing.engine.dead.units import history, one_neuron, unit_states

__all__ = [
    "at_start",
    "born_dead_bound",
    "born_dead_curve",
    "history",
    "one_neuron",
    "unit_states",
    "watch",
]
