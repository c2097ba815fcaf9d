"""What to notice on the first page."""

from __future__ import annotations

from collections.abc import Mapping

from vanishing.concepts.home.gradients import Gradients
from vanishing.text import count, number


def by_layer(nets: Mapping[str, Gradients], depth: int) -> tuple[str, ...]:
    """Say what is left of the gradient in the first layer, beside what theory predicts."""
    if depth == 1:
        return ("One hidden layer: nothing to multiply yet. Add layers.",)
    sigmoid, relu = (float(net.median[0]) for net in nets.values())
    theory = [_theory(net) for net in nets.values()]
    return (
        f"With sigmoid the gradient shrinks to {number(sigmoid, 2)} of itself "
        f"over {count(depth - 1, 'step')} back, about "
        f"×{number(sigmoid ** (1 / (depth - 1)), 2)} a layer{theory[0]}",
        f"With ReLU and He's initialisation it arrives at {number(relu, 2)} times "
        f"its size{theory[1]} The band shows how much single draws differ.",
    )


def _theory(net: Gradients) -> str:
    """Say what theory predicts, or why nothing; the end of a sentence, and maybe one more."""
    return f". {net.gap}" if net.gap else f"; theory predicts {number(float(net.theory[0]), 2)}."
