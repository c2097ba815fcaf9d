"""What takes long on the layers' page, apart from its charts: it is computed in another process."""

from __future__ import annotations

from vanishing.concepts.layers.facts import Curve
from vanishing.engine.nets import activations
from vanishing.engine.wide import criticality


def curve(activation: str, alpha: float | None, bias_variance: float) -> Curve:
    """Return the factor per layer over the weight scale."""
    return criticality.factor_curve(activations.get(activation, alpha), bias_variance)


def critical_line(activation: str, alpha: float | None) -> Curve:
    """Return where the factor is 1, over the weight scale."""
    return criticality.critical_line(activations.get(activation, alpha))
