"""The first page: what is left of the gradient in layer 1."""

from __future__ import annotations

from tests.reader.seen import Seen
from tests.reader.templates import Said, Template
from vanishing.concepts.home.table import IMAGES, NETS, SEEDS, WIDTH

CHART = "gradient by layer"
SIGMOID, RELU = NETS
CHEAP: dict[str, tuple[object, ...]] = {}
CORNERS = tuple({"depth": depth} for depth in range(1, 41))
EXCEPTIONS = ()


def _left(s: Seen, name: str) -> float:
    return s.at(CHART, "median", series=name, x=1)


def _predicted(s: Seen, name: str) -> float:
    return s.at(CHART, "y", "theory", series=name, x=1)


def _sigmoid(s: Seen, _: Said) -> dict[str, object]:
    left, steps = _left(s, SIGMOID), s.v.depth - 1
    shrinks = left < 1.0
    return {"left": left, "steps": steps, "factor": left ** (1 / steps), "does": shrinks}


def _relu(s: Seen, _: Said) -> dict[str, object]:
    return {"left": _left(s, RELU)}


def _gap(s: Seen, _: Said) -> dict[str, object]:
    return {"layers": s.v.depth, "units": WIDTH}


TEMPLATES = (
    Template(
        "With sigmoid the gradient {does:shrinks} to {left} of itself over {steps#step} back, "
        "about ×{factor} a layer",
        _sigmoid,
    ),
    Template(
        " a layer; theory predicts {theory}.", lambda s, _: {"theory": _predicted(s, SIGMOID)}
    ),
    Template("With ReLU and He's initialisation it arrives at {left} times its size", _relu),
    Template(" its size; theory predicts {theory}.", lambda s, _: {"theory": _predicted(s, RELU)}),
    Template("heory is for wide nets and does not apply to {layers#layer} of {units#unit}.", _gap),
    Template(
        "Gradient left in layer 1 · {name:sigmoid, Xavier|ReLU, He}: {left}",
        lambda s, m: {"name": True, "left": _left(s, m["name"])},
    ),
    Template(
        "In the first layer: sigmoid, Xavier: {a}; ReLU, He: {b}.",
        lambda s, _: {"a": _left(s, SIGMOID), "b": _left(s, RELU)},
    ),
    Template(
        "Measured: RMS of ∂J/∂z, median and 10–90 % band over seeds 0–{last}, before training, "
        "{units#unit} a layer, {images} real 8×8 digits.",
        lambda _s, _m: {"last": SEEDS - 1, "units": WIDTH, "images": IMAGES},
    ),
)
