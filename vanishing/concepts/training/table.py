"""The training page as data: its controls, and the settings of a run that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vanishing.concepts.shared import (
    ACTIVATIONS,
    DATA,
    INITIALIZERS,
    NORMALIZATIONS,
    OPTIMIZERS,
    SKIPS,
    leaky_alpha,
    seed,
)
from vanishing.engine.nets import activations, datasets
from vanishing.engine.nets.training import Settings
from vanishing.ui.controls import Control, choice, moment, scale, steps
from vanishing.ui.page import Layout, Page, Preset

SCALINGS: Final = {"standardise": "standardise", "unit": "scale to [0, 1]", "raw": "as they are"}
BIASES: Final = {"zero": "zero", "constant": "constant", "normal": "N(0, value²)"}
GRADIENTS: Final = {
    "delta": "∂J/∂z",
    "weights": "∂J/∂W",
    "update": "update : weights",
}
"""The gradients that can be looked at."""

RATES: Final = (1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0)

END: Final = 10_000
"""The step on show that stands for the last one there is: no run makes more."""

RECORDS: Final = 25
"""Moments of a run that are kept, and that the reader scrubs through."""

SIDES: Final = ("A", "B")


def _sides(
    make: Any, name: str, label: str, default: Any, *rest: Any, **more: Any
) -> list[Control]:
    """Make a control for A and one for B; `default` is one value for both, or one for each."""
    defaults = default if isinstance(default, tuple) else (default, default)
    return [
        make(f"{side.lower()}_{name}", f"{side}: {label}", value, *rest, **more)
        for side, value in zip(SIDES, defaults, strict=True)
    ]


PAGE = Page(
    key="train",
    path="training",
    title="Training",
    icon=":material/model_training:",
    question="What does a vanishing gradient do to learning?",
    answer=(
        "Two nets, **same data and draws**; cost J, pre-activations z. Gradient descent hardly "
        "moves a layer whose gradient is tiny. Play it, or drag the loss."
    ),
    source=(
        "Claims C1 (repeat until convergence or a maximum number of iterations), C10 (first layers "
        "learn slowest), C24 (sigmoid and softmax outputs), C25 (batch normalisation) and C27 "
        "(training takes forever or performs poorly). Which gradient vanishes: Glorot & Bengio "
        "2010, *Understanding the difficulty of training deep feedforward neural networks*. Batch "
        "norm: Ioffe & Szegedy 2015; layer norm: Ba, Kiros & Hinton 2016; skips: He, Zhang, Ren & "
        "Sun 2016. Update : weights near 10⁻³: "
        "Karpathy, CS231n. Digits: Alpaydin & Kaynak 1998, UCI Machine Learning Repository, "
        "doi:10.24432/C50P49, CC BY 4.0."
    ),
    controls=(
        choice("data", "Data", "circles", DATA, menu=True),
        scale("depth", "Depth: hidden layers", 8, (*range(1, 13), 15, 20, 30, 50)),
        *_sides(choice, "f", "activation", ("sigmoid", "relu"), ACTIVATIONS, menu=True),
        *_sides(scale, "rate", "step size η", 0.1, RATES),
        choice(
            "which",
            "Which gradient",
            "delta",
            GRADIENTS,
            "Of each layer its RMS.",
        ),
        *_sides(choice, "init", "initialisation", "xavier_normal", INITIALIZERS, menu=True),
        *_sides(choice, "opt", "optimiser", "gradient_descent", OPTIMIZERS, menu=True),
        *_sides(choice, "norm", "normalisation", "none", NORMALIZATIONS, menu=True),
        *_sides(choice, "skip", "skips", "none", SKIPS, menu=True),
        scale("steps", "Steps (budget)", 300, (30, 100, 300, 500, 1000, 2000, 5000, 10000)),
        scale("width", "Width: units a layer", 16, (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)),
        scale("seeds", "Seeds (networks each)", 5, (1, 3, 5, 10, 20, 50)),
        seed(help="Of the data, the first network and its batches; the next networks follow."),
        scale(
            "batch",
            "Batch (0: all)",
            0,
            (0, 1, 5, 10, 20, 50, 100, 200),
            "Inputs per step; 0, or more than there are, takes all of them.",
        ),
        scale("samples", "Samples", 200, (20, 50, 100, 200, 400, 800, 1200, 1797)),
        scale("noise", "Noise in the data", 0.1, steps(0, 1, 0.05), "Digits are never changed."),
        choice("scaling", "Scaling of the inputs", "standardise", SCALINGS, menu=True),
        choice("bias", "Initial biases", "zero", BIASES, menu=True),
        scale("bvalue", "Value of the biases", 0.1, (0.0, 0.01, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0)),
        scale("sigma", "σ of N(0, σ²)", 1.0, (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3)),
        scale("momentum", "μ of momentum", 0.9, (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)),
        leaky_alpha(),
        scale("elu", "α of ELU", 1.0, (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)),
        moment("step", "Step on show", END),
    ),
    layouts=Layout(
        first=("depth", "data", "which", ("a_f", "b_f"), ("a_rate", "b_rate"), "steps"),
        more=(
            *(("a_init", "b_init"), ("a_norm", "b_norm"), ("a_skip", "b_skip"), ("a_opt", "b_opt")),
            *("width", "seeds", "seed", "batch", "samples", "noise", "scaling"),
            *("bias", "bvalue", "sigma", "momentum", "alpha", "elu"),
        ),
        released="The picture comes when you let go: each depth is two training runs of its own.",
    ),
    lowered={"steps": 100, "seeds": 1, "width": 1, "samples": 1, "depth": 1},
    presets=(
        Preset(
            "Sigmoid vs ReLU",
            "The same net, data and draws; only the activation differs.",
            {},
        ),
        Preset(
            "Real digits",
            "Handwritten digits, ten classes: the deep sigmoid net cannot even start.",
            {"data": "digits", "samples": 400, "batch": 50, "steps": 500},
        ),
        Preset(
            "Xavier and tanh",
            "From N(0, 1) tanh saturates, and its gradient grows towards layer 1; Xavier's not.",
            {
                "data": "spirals",
                "a_f": "tanh",
                "b_f": "tanh",
                "a_init": "normal_unit",
                "a_opt": "momentum",
                "b_opt": "momentum",
            },
        ),
        Preset(
            "Glorot's trap",
            "In A ∂J/∂z shrinks while ∂J/∂W looks even: which gradient do you look at?",
            {
                "a_f": "tanh",
                "b_f": "tanh",
                "a_init": "uniform_standard",
                "b_init": "xavier_uniform",
                "width": 32,
                "which": "weights",
            },
        ),
        Preset(
            "Batch norm, skips",
            "A sigmoid net of 12 layers is stuck; the same net with both added learns.",
            {"b_f": "sigmoid", "depth": 12, "b_norm": "batch", "b_skip": "identity"},
        ),
        Preset(
            "Exploding",
            "ReLU from N(0, 1): the gradient grows layer by layer until a step overflows.",
            {"a_f": "relu", "a_init": "normal_unit", "depth": 12},
        ),
    ),
)


def settings(values: Mapping[str, Any], side: str) -> Settings:
    """Return the run that the page's controls ask for on side "A" or "B"."""
    low = side.lower()
    activation = values[f"{low}_f"]
    # A control may offer more rows than the data have, and a batch larger than the data.
    samples = min(values["samples"], datasets.sample_limits(values["data"])[1])
    batch = values["batch"] if values["batch"] < samples else 0
    return Settings(
        data=values["data"],
        samples=samples,
        noise=float(values["noise"]),
        scaling=values["scaling"],
        depth=values["depth"],
        width=values["width"],
        activation=activation,
        alpha=_alpha(values, activation),
        initializer=values[f"{low}_init"],
        sigma=float(values["sigma"]),
        bias=values["bias"],
        bias_value=float(values["bvalue"]),
        normalization=values[f"{low}_norm"],
        skips=values[f"{low}_skip"],
        optimizer=values[f"{low}_opt"],
        learning_rate=float(values[f"{low}_rate"]),
        momentum=float(values["momentum"]),
        batch=batch,
        steps=values["steps"],
        seed=values["seed"],
        seeds=values["seeds"],
        records=RECORDS,
    )


def _alpha(values: Mapping[str, Any], activation: str) -> float | None:
    if activation not in activations.TAKES_ALPHA:
        return None
    return float(values["alpha" if activation == "leaky_relu" else "elu"])


_WORDS: Final[dict[str, tuple[str, Mapping[Any, str] | None]]] = {
    "activation": ("the activation", ACTIVATIONS),
    "initializer": ("the initialisation", INITIALIZERS),
    "normalization": ("the normalisation", NORMALIZATIONS),
    "skips": ("the skips", SKIPS),
    "optimizer": ("the optimiser", OPTIMIZERS),
    "learning_rate": ("the step size", None),
}
"""Fields in which A and B can differ: in words, and the words of their values."""


def difference(a: Settings, b: Settings) -> list[tuple[str, str, str]]:
    """Return in what A and B differ, each time as (what, A's, B's) in words.

    α follows from the activation here, and is no difference of its own.
    """
    found = []
    for field, mine, theirs in a.difference(b):
        if field == "alpha":
            continue
        what, words = _WORDS[field]
        texts = [words[v] if words else f"{v:g}" for v in (mine, theirs)]
        found.append((what, texts[0], texts[1]))
    return found


def names(a: Settings, b: Settings) -> tuple[str, str]:
    """Return short names of A and B that say in what they differ."""
    differing = difference(a, b)
    if not differing:
        same = ACTIVATIONS[a.activation]
        return f"A: {same}", f"B: {same}"
    first = ", ".join(_short(what, mine) for what, mine, _ in differing)
    second = ", ".join(_short(what, theirs) for what, _, theirs in differing)
    return f"A: {first}", f"B: {second}"


_SHORT: Final = {
    ("the normalisation", "none"): "not normalised",
    ("the skips", "none"): "no skips",
    ("the skips", SKIPS["identity"]): "skips",
    ("the skips", SKIPS["scaled"]): "scaled skips",
}
"""Values that would not say on their own what they are values of."""


def _short(what: str, value: str) -> str:
    return f"η = {value}" if what == "the step size" else _SHORT.get((what, value), value)
