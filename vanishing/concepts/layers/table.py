"""The page on the gradient by layer as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from vanishing.concepts.shared import ACTIVATIONS, NORMALIZATIONS, SKIPS, leaky_alpha, seed
from vanishing.engine.nets import initializers
from vanishing.engine.wide.layers import GRADIENTS, Settings
from vanishing.ui.controls import choice, many, scale, steps
from vanishing.ui.page import Layout, Page, Preset, Slot

VIEWS: Final = {
    "layers": "By layer",
    "histograms": "Histograms",
    "size": "Signal size q",
    "weights": "Weight scale",
}

INITIALIZERS: Final = {
    key: initializers.get(key).name
    for key in (
        *("uniform_standard", "xavier_uniform", "xavier_normal", "he_normal", "lecun_normal"),
        *("orthogonal", "normal_unit", "positive"),
    )
} | {"scaled": "normal, n·Var(w) below"}

VARIANCES: Final = (
    *(0.1, 0.2, 0.33, 0.5, 0.75, 0.9, 1.0, 1.1, 1.3, 1.5, 1.76, 1.9, 2.0, 2.1, 2.5, 3.0),
    *(4.0, 5.0, 7.0, 10.0, 20.0, 50.0, 103.0, 200.0, 500.0),
)

_SCALE: Final = Slot("sw2", {"init": ("scaled",)})
_MORE: Final = ("width", "sb2", "data", "batch", "seeds", "alpha", "seed")
_BY_DEPTH: Final = Layout(
    above=("depth",),
    first=("f", "init", _SCALE, "grads", "norm", "skip"),
    more=_MORE,
    followed=("depth",),
    released="The picture comes when you let go: each depth has nets of its own, computed then or "
    "kept from before.",
)

_SIGNAL: Final = replace(_BY_DEPTH, first=("f", "init", _SCALE, "norm", "skip"))
"""Where no gradient is chosen."""

PAGE = Page(
    key="lay",
    path="layers",
    title="Layers",
    icon=":material/stacked_line_chart:",
    question="How does the gradient change from layer to layer, before any training?",
    answer=(
        "In a fresh net every layer multiplies the gradient (**∂J/∂z**: cost J, pre-activations z) "
        "by about the same factor, which wide-net theory (dashed) predicts. The first layers get "
        "what is left."
    ),
    source=(
        "Claims C10 (the first layers learn slowest), C12 (tanh), C22 (ReLU's weights), C25 (batch "
        "normalisation) and C26 (larger weights). Glorot & Bengio 2010; He et al. 2015; Poole et "
        "al. 2016; Schoenholz et al. 2017; Yang et al. 2019. Digits: Alpaydin & Kaynak 1998, UCI, "
        "CC BY 4.0."
    ),
    controls=(
        choice("view", "Show", "layers", VIEWS, bare=True),
        choice("f", "Activation f", "tanh", ACTIVATIONS, menu=True),
        choice(
            *("init", "Initialisation", "uniform_standard", INITIALIZERS),
            menu=True,
            former={"N(0, σ_w²/n), σ_w² below": "scaled"},
        ),
        scale(
            "sw2",
            "n·Var(w): weight variance × n",
            1.0,
            VARIANCES,
            "The weights are normal; n is a unit's fan-in.",
        ),
        scale("depth", "Depth L: hidden layers", 10, steps(1, 60, 1)),
        many(
            "grads",
            "Which gradient",
            ("delta",),
            GRADIENTS,
            "With respect to a layer's pre-activations z, its weights W or its biases b.",
        ),
        choice("norm", "Normalisation", "none", NORMALIZATIONS),
        choice(
            "skip",
            "Skips",
            "none",
            SKIPS,
            "From hidden layer 2 on; L is the number of hidden layers.",
        ),
        scale("width", "Width n: units in each layer", 64, (4, 8, 16, 32, 64, 128, 256, 512)),
        scale(
            "sb2",
            "Var(b): variance of the biases",
            0.0,
            (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
        ),
        choice(
            "data",
            "Inputs",
            "digits",
            {"digits": "handwritten digits (real)", "random": "random, unrelated"},
            "Random: each with Σx² = 64, as theory supposes them; labels by lot.",
        ),
        scale("batch", "Batch: inputs", 100, (10, 50, 100, 256, 500)),
        scale("seeds", "Networks (seeds)", 20, (20, 50, 100)),
        leaky_alpha(),
        seed(),
    ),
    selector="view",
    layouts={
        "layers": _BY_DEPTH,
        "histograms": replace(_SIGNAL, followed=()),
        "size": _SIGNAL,
        "weights": Layout(
            above=("init", _SCALE),
            first=("f", "depth", "norm", "skip"),
            more=_MORE,
            followed=("sw2",),
            released="The picture comes when you let go: each scale has nets of its own, computed "
            "then or kept from before.",
        ),
    },
    lowered={"seeds": 1, "batch": 1, "width": 1, "depth": 1},
    presets=(
        Preset(
            "Glorot's trap",
            "The weights' gradient looks even while the gradient that comes back vanishes.",
            {"f": "tanh", "init": "uniform_standard", "grads": ("delta", "weight")},
        ),
        Preset(
            "Its cure: Xavier",
            "Larger weights, chosen so that neither signal nor gradient vanishes.",
            {"f": "tanh", "init": "xavier_uniform", "grads": ("delta", "weight")},
        ),
        Preset(
            "Sigmoid",
            "About a seventh of the gradient is left, per layer: ¼ at most, times √(n·Var(w)) = "
            "0.58.",
            {"f": "sigmoid"},
        ),
        Preset(
            "He on ReLU",
            "Variance 2/n makes up for the half of the units that is off.",
            {"f": "relu", "init": "he_normal", "depth": 30},
        ),
        Preset(
            "Critical tanh",
            "On the line between vanishing and exploding: n·Var(w) = 1.76 with Var(b) = 0.05.",
            {"init": "scaled", "sw2": 1.76, "sb2": 0.05, "depth": 50, "view": "weights"},
        ),
        Preset(
            "Batch-norm explosion",
            "ReLU behind batch normalisation: the squared gradient grows ×1.47 a layer.",
            {
                "f": "relu",
                "init": "he_normal",
                "norm": "batch",
                "depth": 20,
                "batch": 256,
                "data": "random",
            },
        ),
        Preset(
            "Skips ease it",
            "The same net with a way around every layer.",
            {
                "f": "relu",
                "init": "he_normal",
                "norm": "batch",
                "skip": "identity",
                "depth": 20,
                "batch": 256,
                "data": "random",
            },
        ),
    ),
)


def settings(values: Mapping[str, Any]) -> Settings:
    """Return the nets that the page's controls ask for."""
    return Settings(
        data=values["data"],
        samples=values["batch"],
        activation=values["f"],
        alpha=float(values["alpha"]) if values["f"] == "leaky_relu" else None,
        initializer=values["init"],
        # Not used with the other initialisers.
        weight_variance=float(values["sw2"]) if values["init"] == "scaled" else 1.0,
        bias_variance=float(values["sb2"]),
        normalization=values["norm"],
        skips=values["skip"],
        depth=values["depth"],
        width=values["width"],
        seed=values["seed"],
        seeds=values["seeds"],
    )
