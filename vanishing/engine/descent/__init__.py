"""Gradient descent on small surfaces, and what numbers cannot hold."""

from vanishing.engine.descent.paths import descend, outcomes, steps_to
from vanishing.engine.descent.surfaces import bowl, neuron, rosenbrock, two_minima

__all__ = ["bowl", "descend", "neuron", "outcomes", "rosenbrock", "steps_to", "two_minima"]
