"""The "How deep" page as data: its controls, and the cells they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any, Final

from vanishing.concepts.shared import (
    ACTIVATIONS,
    DATA,
    INITIALIZERS,
    NORMALIZATIONS,
    OPTIMIZERS,
    SKIPS,
    picked,
    seed,
)
from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import ARTICLE, CHOICES, SHIPPED, Budget, Technique
from vanishing.ui.controls import choice, scale
from vanishing.ui.page import Layout, Page, Preset

THRESHOLDS: Final = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
RATES: Final = {
    "best": "the best of 0.003, 0.03, 0.3",
    **{f"{rate:g}": f"{rate:g}" for rate in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)},
}
OVERVIEWS: Final = {
    "single": "each alone, in the article's net",
    "same": "all with this activation",
    "all": f"all {len(depth_limits.TECHNIQUES)}",
}
_BEST: Final = {
    "f": "relu",
    "init": "he_normal",
    "norm": "batch",
    "skips": "identity",
}
"""What the page opens with."""

PAGE = Page(
    key="deep",
    path="depth",
    title="How deep",
    icon=":material/stairs:",
    question="How deep can you go?",
    answer=(
        "Every row adds **one technique** to the row above, starting from the article's net: "
        "sigmoid and N(0, 1). The bar shows how deep the net still learns."
    ),
    source=(
        "Claims C23 (no single technique solves the problem), C25 (initialisation, activation and "
        "batch normalisation eased it) and C27 (training takes forever or performs poorly). Batch "
        "norm: Ioffe & Szegedy 2015; layer norm: Ba, Kiros & Hinton 2016; skips: He, Zhang, Ren & "
        "Sun 2016, scaled by 1/√L: Hayou et al. 2021. Depth scale: Schoenholz et al. 2017, *Deep "
        "information propagation*; Yang et al. 2019, *A mean field theory of batch "
        "normalization*. Digits: Alpaydin & Kaynak 1998, UCI Machine Learning Repository, "
        "doi:10.24432/C50P49, CC BY 4.0."
    ),
    controls=(
        choice(
            "init", "Initialisation", _BEST["init"], picked(INITIALIZERS, CHOICES["initializer"])
        ),
        choice("f", "Activation", _BEST["f"], picked(ACTIVATIONS, CHOICES["activation"])),
        choice(
            "norm", "Normalisation", _BEST["norm"], picked(NORMALIZATIONS, CHOICES["normalization"])
        ),
        choice(
            "skips",
            "Skips",
            _BEST["skips"],
            picked(SKIPS, CHOICES["skips"]),
            "From hidden layer 2 on; L is the number of hidden layers.",
        ),
        scale(
            "reach",
            "Learned means an accuracy of",
            0.9,
            THRESHOLDS,
            "Of the median network, on the data it trained on.",
        ),
        # A budget of one's own.
        choice(
            "data",
            "Data",
            SHIPPED.data,
            picked(DATA, ("digits", "spirals", "circles", "moons")),
            menu=True,
        ),
        scale("steps", "Steps (budget)", SHIPPED.steps, (50, 100, 300, 600, 1000)),
        scale("width", "Width: units a layer", SHIPPED.width, (8, 16, 32, 48)),
        choice("rate", "Step size η", "best", RATES, menu=True),
        choice("opt", "Optimiser", SHIPPED.optimizer, OPTIMIZERS, menu=True),
        seed(help="Of the data and the first network; the next networks follow."),
        choice("rows", "Techniques", "single", OVERVIEWS),
    ),
    layouts=Layout(
        above=(("norm", "skips"),),
        first=("reach", "init", "f"),
        more=("data", "steps", "width", "rate", "opt", "seed"),
        below=("rows",),
        fold="Another budget",
        heading="Many techniques, those that train deepest first",
        released="The picture comes when you choose, or let go: each cell is training runs, made "
        "beforehand or on request, and looked up then.",
    ),
    presets=(
        Preset(
            "As in the article",
            "Sigmoid and N(0, 1), with nothing against vanishing gradients.",
            {"init": "normal_unit", "f": "sigmoid", "norm": "none", "skips": "none"},
        ),
        Preset(
            "ReLU + He",
            "The activation and the initialisation that fit each other.",
            {"norm": "none", "skips": "none"},
        ),
        Preset(
            "+ batch norm",
            "Batch norm steadies what goes forward; the gradient grows on its way back.",
            {"skips": "none"},
        ),
        Preset(
            "+ skips",
            "Skips without normalisation: signals now grow layer by layer.",
            {"norm": "none"},
        ),
        Preset("All together", "Fitting activation and initialisation, batch norm and skips.", {}),
    ),
)


def technique(values: Mapping[str, Any]) -> Technique:
    """Return the technique that the controls choose."""
    return Technique(values["f"], values["init"], values["norm"], values["skips"])


def budget(values: Mapping[str, Any]) -> Budget:
    """Return the budget that the controls choose."""
    rate = values["rate"]
    return Budget(
        data=values["data"],
        steps=values["steps"],
        width=values["width"],
        seed=values["seed"],
        optimizer=values["opt"],
        step_sizes=SHIPPED.step_sizes if rate == "best" else (float(rate),),
    )


def overview(values: Mapping[str, Any]) -> tuple[Technique, ...]:
    """Return the techniques of the overview."""
    chosen = technique(values)
    match values["rows"]:
        case "same":
            every = depth_limits.TECHNIQUES
            return tuple(t for t in every if t.activation == chosen.activation)
        case "single":
            return (ARTICLE, *depth_limits.single_changes())
        case _:
            return depth_limits.TECHNIQUES


# --- words ---------------------------------------------------------------------------------------

SHORT: Final = {
    "normal_unit": "N(0,1)",
    "uniform_standard": "U(±1/√n)",
    "xavier_normal": "Xavier",
    "he_normal": "He",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "batch": "batch norm",
    "layer": "layer norm",
    "identity": "skips",
    "scaled": "scaled skips",
}
"""Names that fit beside a chart on a phone."""


def name(technique: Technique) -> str:
    """Return a technique's name in one line."""
    return " + ".join(SHORT[key] for key in astuple(technique) if key != "none")


CODES: Final = {
    **SHORT,
    "uniform_standard": "U",
    "batch": "BN",
    "layer": "LN",
    "identity": "skip",
    "scaled": "skip/√L",
}
CODES_NOTE: Final = (
    "U: U(±1/√n); BN: batch norm; LN: layer norm; skip: a + f(z); skip/√L: a + f(z)/√L."
)


def code(technique: Technique) -> str:
    """Return a technique in a few letters, for a chart of many; `CODES_NOTE` explains them."""
    return " · ".join(CODES[key] for key in astuple(technique) if key != "none")


def step_name(before: Technique, after: Technique) -> str:
    """Return what a row of the ladder changes: "+ ReLU", or "− skips" where it takes away."""
    (changed,) = after.differing(before)
    key = getattr(after, changed)
    return f"+ {SHORT[key]}" if key != "none" else f"− {SHORT[getattr(before, changed)]}"
