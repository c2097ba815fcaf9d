"""The gradient-descent page as data."""

from __future__ import annotations

from typing import Final

from vanishing.concepts.shared import OPTIMIZERS_SAID
from vanishing.ui.controls import Control, choice, many, scale, steps
from vanishing.ui.page import Layout, Page, Preset, Slot

VIEWS: Final = {
    "path": "The path",
    "condition": "Condition number",
    "budget": "Iteration budget",
    "types": "Number types",
    "plateau": "Small gradient",
    "basin": "Small step",
}
SURFACES: Final = {
    "bowl": "bowl",
    "neuron": "sigmoid neuron",
    "valley": "Rosenbrock",
    "minima": "two minima",
}
KAPPAS: Final = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000)
"""Condition numbers on offer, and the points of the chart over them."""
RATES: Final = {
    "bowl": (0.1, 0.3, 0.5, 1.0, 1.5, 1.8, 1.9, 1.98, 2.0, 2.02, 2.1, 2.5, 3.0, 3.8, 4.0),
    "neuron": (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0),
    "valley": (0.0001, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.01, 0.1),
    "minima": (
        *(0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.42, 0.44, 0.46, 0.48, 0.49, 0.5, 0.51, 0.55, 0.6, 0.8),
        *(1.0, 1.2, 1.4, 1.6, 1.8, 1.9, 1.95, 2.0, 2.05, 2.1, 2.5),
    ),
}
"""Step sizes on offer, by surface; those of two minima are also the rows of the map."""
USUAL: Final = {"bowl": 1.9, "neuron": 1.0, "valley": 0.001, "minima": 0.1}
STARTS: Final = steps(-3.5, 3, 0.1)
"""Starts w₁ on offer on two minima, and the columns of the map."""
BUDGETS: Final = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
SECONDS: Final = {
    "0.001": "1 ms",
    "0.1": "0.1 s",
    "1": "1 s",
    "60": "1 minute",
}


def _rate(surface: str) -> Control:
    return scale(
        f"eta_{surface}",
        "Step size η",
        USUAL[surface],
        RATES[surface],
        "Of gradient descent and momentum. Adam has its own, under More settings.",
    )


PAGE = Page(
    key="gd",
    path="descent",
    title="Descent",
    icon=":material/trending_down:",
    question="What does a small gradient do to gradient descent?",
    answer=(
        "Each step is **w ← w − η·∂J/∂w**. In a long valley of the cost J the steep direction "
        "limits η and the flat one crawls; on a plateau everything does."
    ),
    source=(
        "Claims C1 (iterations), C2 (flat and steep surfaces), C3 (underflow), C11 (local minima). "
        "Momentum and its rate: Polyak 1964. Adam: Kingma & Ba 2015. The valley: Rosenbrock 1960. "
        "The neuron, and cross-entropy as its cure: Nielsen 2015, ch. 3. Number types: IEEE 754."
    ),
    controls=(
        choice("view", "Look at", "path", VIEWS, bare=True),
        # The path.
        choice("surface", "Cost surface", "bowl", SURFACES, menu=True),
        many("opt", "Optimisers", tuple(OPTIMIZERS_SAID), OPTIMIZERS_SAID),
        scale(
            "kappa",
            "Condition number κ",
            100,
            KAPPAS,
        ),
        *(_rate(surface) for surface in RATES),
        scale("steps", "Steps", 100, (1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
        scale(
            "adam",
            "Step size of Adam",
            0.1,
            (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
        ),
        scale("mu", "Momentum μ", 0.9, (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)),
        scale("turned", "Valley turned by (degrees)", 0, (0, 15, 30, 45)),
        choice(
            "loss",
            "Cost J of the neuron",
            "squared",
            {"squared": "squared error", "cross_entropy": "cross-entropy"},
            "The gradient of the squared error holds σ′(z); that of cross-entropy does not.",
        ),
        choice(
            "sharper",
            "The sharper minimum is",
            "shallow",
            {"shallow": "the shallow one", "deep": "the deep one"},
            "One minimum has curvature 4, the other 1.",
        ),
        # Condition number.
        choice(
            "tolerance",
            "Distance to the minimum down to",
            "1e-6",
            {"1e-2": "1 %", "1e-4": "10⁻⁴", "1e-6": "10⁻⁶", "1e-8": "10⁻⁸"},
            "As a share of the distance at the start.",
        ),
        # Iteration budget.
        choice(
            "method",
            "Optimiser",
            "gradient_descent",
            {key: OPTIMIZERS_SAID[key] for key in ("gradient_descent", "momentum")},
            "At the best parameters for each κ.",
        ),
        scale("budget", "Budget: iterations", 100, BUDGETS),
        choice(
            "accuracy",
            "Accuracy wanted: J/J₀",
            "1e-6",
            {"1e-2": "1 %", "1e-4": "10⁻⁴", "1e-6": "10⁻⁶", "1e-12": "10⁻¹²"},
        ),
        choice("seconds", "One iteration takes", "1", SECONDS),
        # Number types.
        scale("weight", "Weight w", 1.0, (0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0)),
        scale("eta", "Step size η", 1.0, (0.001, 0.01, 0.1, 1.0, 10.0)),
        # Small gradient.
        scale(
            "w0",
            "Weight at the start",
            -8,
            steps(-10, -1, 1),
            "The minimum is at w = 1, b = 0; the bias starts at 1.",
        ),
        # Small step.
        scale("start", "Start w₁", 2.5, STARTS),
    ),
    selector="view",
    layouts={
        "path": Layout(
            above=tuple(Slot(f"eta_{surface}", {"surface": (surface,)}) for surface in RATES),
            first=("surface", Slot("kappa", {"surface": ("bowl",)}), "steps", "opt"),
            more=(
                *("adam", "mu"),
                Slot("turned", {"surface": ("bowl",)}),
                Slot("loss", {"surface": ("neuron",)}),
                Slot("sharper", {"surface": ("minima",)}),
            ),
            widths=(1.6, 1.25),
            followed=tuple(f"eta_{surface}" for surface in RATES),
        ),
        "condition": Layout(("kappa",), ("tolerance",), followed=("kappa",)),
        "budget": Layout(
            ("budget",), ("kappa", "method", "accuracy", "seconds"), followed=("budget",)
        ),
        "types": Layout(("eta",), ("weight",), followed=("eta",)),
        "plateau": Layout(
            ("w0",),
            ("loss", "eta_neuron", "steps"),
            ("opt", "adam", "mu"),
            widths=(1, 1),
            followed=("w0",),
        ),
        "basin": Layout(
            ("eta_minima",), ("start", "sharper"), widths=(1.3, 1.5), followed=("eta_minima",)
        ),
    },
    presets=(
        Preset(
            "Zig-zag",
            "The steep direction overshoots, the flat one crawls.",
            {"view": "path", "surface": "bowl", "kappa": 100, "eta_bowl": 1.9},
        ),
        Preset(
            "Diverging",
            "A step above 2/λₘₐₓ: each one lands farther out.",
            {"view": "path", "surface": "bowl", "eta_bowl": 2.1},
        ),
        Preset(
            "Momentum",
            "What momentum does that no step size can.",
            {"view": "condition", "kappa": 1000},
        ),
        Preset(
            "Absorbed",
            "w − ηg equals w long before g is 0.",
            {"view": "types", "eta": 0.1},
        ),
        Preset(
            "Plateau",
            "A small gradient, and no minimum anywhere near.",
            {"view": "plateau", "w0": -8, "loss": "squared", "steps": 500},
        ),
        Preset(
            "Basins",
            "A step too large for the sharp minimum, which happens to be the deep one.",
            {"view": "basin", "sharper": "deep", "eta_minima": 0.55, "start": -0.5},
        ),
    ),
)
