"""The chain-rule page as data."""

from __future__ import annotations

from typing import Final

from vanishing.concepts.shared import ACTIVATIONS, leaky_alpha, seed
from vanishing.ui.controls import choice, scale, steps
from vanishing.ui.page import Layout, Page, Preset, Slot

SIGMAS: Final = (
    *(0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.2, 1.5, 1.75, 2.0),
    *(2.5, 3.2, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0),
)
"""The weight scales on offer, and the rows of the map."""

WEIGHTS: Final = steps(-6, 6, 0.25)
SHORT: Final = 5
"""The longest chain whose weights are set one by one."""

VIEWS: Final = {
    "product": "Running product",
    "chain": "The chain",
    "draws": "10,000 draws",
    "map": "Depth × std(w)",
    "types": "Number types",
}

PAGE = Page(
    key="chain",
    path="chain",
    title="Chain rule",
    icon=":material/link:",
    question="What does multiplying many factors do to a gradient?",
    answer=(
        "Each neuron on the way back multiplies the gradient by weight times derivative, "
        "**w·f′(z)**: factors below 1 shrink it exponentially with depth, factors above 1 blow it "
        "up. Drag the depth."
    ),
    source=(
        "The chain x → h₁ → h₂ → out → J and claims C3 (underflow), C5–C6 (the product), C7–C8 "
        "(weights and derivatives below 1), C9 and C26 (larger weights), C20 (leaky slopes). "
        "Number types: IEEE 754."
    ),
    controls=(
        choice("view", "Show", "product", VIEWS, bare=True, former={"Depth × σ_w": "map"}),
        choice("f", "Activation f", "sigmoid", ACTIVATIONS, menu=True),
        choice(
            "weights",
            "Weights w",
            "drawn",
            {"drawn": "drawn", "equal": "all equal", "each": "one by one"},
            "Drawn from N(0, Var(w)), all the same, or each set by hand (up to five).",
        ),
        scale(
            "sigma",
            "std(w), spread of drawn weights",
            1.0,
            SIGMAS,
            "Standard deviation of the normal distribution the weights are drawn from.",
        ),
        scale("w", "w, every weight", 1.0, WEIGHTS),
        scale("depth", "Depth L: layers", 30, steps(1, 100, 1)),
        scale("short", "Depth L: layers", 3, steps(1, SHORT, 1)),
        *(scale(f"w{i}", f"w{'₁₂₃₄₅'[i - 1]}", 0.75, WEIGHTS) for i in range(1, SHORT + 1)),
        choice(
            "dtype",
            "Number type",
            "float32",
            {"float16": "float16", "float32": "float32", "float64": "float64"},
            "In which this chain's activities and products are held; the drawn chains use float64.",
        ),
        leaky_alpha(),
        scale("x", "Input x", 1.0, (-5, -2, -1, -0.5, -0.1, 0.1, 0.5, 1.0, 2, 5)),
        scale("target", "Target", 1.0, steps(-2, 2, 0.25), "What the output should be."),
        seed(3, help="Of this chain's weights and of the 10,000 drawn chains."),
    ),
    layouts=Layout(
        first=(
            *("f", "weights"),
            *(
                Slot(f"w{i}", {"weights": ("each",), "short": tuple(range(i, SHORT + 1))})
                for i in range(1, SHORT + 1)
            ),
            Slot("w", {"weights": ("equal",)}),
            Slot("sigma", {"weights": ("drawn",)}),
            "dtype",
        ),
        more=(Slot("sigma", {"weights": ("equal", "each")}), "alpha", "x", "target", "seed"),
        above=(
            "view",
            Slot("short", {"weights": ("each",)}),
            Slot("depth", {"weights": ("equal", "drawn")}),
        ),
        followed=("depth",),
    ),
    presets=(
        Preset(
            "Article's chain",
            "Three weights, set by hand; every factor on its edge.",
            {"view": "chain", "weights": "each", "short": 3, "w1": 0.75, "w2": -0.5, "w3": 1.0},
        ),
        Preset(
            "Underflow",
            "A dozen layers are enough for half precision to hold nothing but 0.",
            {"view": "types", "dtype": "float16", "depth": 40},
        ),
        Preset(
            "Exploding",
            "No saturation, large weights: the product passes what float16 can hold.",
            {"f": "identity", "sigma": 5.0, "dtype": "float16"},
        ),
        Preset("tanh", "Larger derivatives, the same fate.", {"f": "tanh", "depth": 60}),
        Preset(
            "ReLU",
            "A chain of single ReLUs is on, or off for good.",
            {"f": "relu", "sigma": 2.0, "depth": 6, "view": "draws"},
        ),
        Preset(
            "Best std(w)",
            "Which weight scale loses least? The map has no exploding corner.",
            {"sigma": 3.2, "view": "map"},
        ),
    ),
)
