"""The dying-ReLU page as data."""

from functools import partial

from vanishing.concepts.shared import DATA, picked, seed
from vanishing.ui.controls import choice, many, scale, steps
from vanishing.ui.page import Layout, Page, Preset

VIEWS = {
    "neuron": "One neuron",
    "network": "A network",
    "causes": "What kills",
    "leaky": "Leaky slopes",
    "remedies": "Remedies",
    "born": "Born dead",
    "sparsity": "Sparsity",
}
FLAT = picked(DATA, ("moons", "circles", "blobs", "xor", "spirals"))
CLASSES = picked(DATA, (*FLAT, "digits"))
SLOPES = (0.0, 0.01, 0.1, 0.2, 0.3)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BIASES = (-2.0, -1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 2.0)
WIDTHS = (1, 2, 3, 4, 5, 7, 10)
WIDEST = 12
"""Units per layer up to which the births are drawn over width."""

_RELEASED = "The picture comes when you let go: each {} is training runs of its own."
_RUN = partial(
    Layout,
    ("bias",),
    ("rate", "depth", "width"),
    ("data", "steps", "seed"),
    released=_RELEASED.format("bias"),
)
_BOTH = (1, 1)

PAGE = Page(
    key="dying",
    path="dying",
    title="Dying ReLU",
    icon=":material/heart_broken:",
    question="When is a ReLU dead, and can it come back?",
    answer=(
        "Where its pre-activation z is negative, ReLU's output and gradient are exactly 0. **Off "
        "for one input is normal; off for every input is dead**: no update then reaches its "
        "weights."
    ),
    source=(
        "Claims C13 (ReLU's step), C15 (how a ReLU dies), C16 (positive weights, inputs in [0, 1]),"
        " C17 (how often z is negative), C18 (sparsity), C19 (leaky ReLU) and C20 (its price). "
        "Born dead: Lu, Shin, Su & Karniadakis 2020, *Dying ReLU and initialization*. Weights: "
        "He et al. 2015, *Delving deep into rectifiers*."
    ),
    controls=(
        choice("view", "Look at", "neuron", VIEWS, bare=True),
        # One neuron.
        scale("b", "Bias b", -1.5, steps(-5, 5, 0.1)),
        scale("w1", "Weight w₁", 1.0, steps(-2, 2, 0.1)),
        scale("w2", "Weight w₂", 0.5, steps(-2, 2, 0.1)),
        scale("alpha", "Leaky slope α", 0.0, SLOPES, "With 0 it is ReLU."),
        choice(
            "scaling",
            "Inputs",
            "standardise",
            {"standardise": "mean 0", "unit": "in [0, 1]"},
            "Each input shifted to mean 0 and standard deviation 1, or onto [0, 1].",
        ),
        choice("points", "Data", "moons", FLAT, menu=True),
        # A network.
        scale("bias", "Initial bias", -0.25, BIASES, "The same for every unit, also the outputs."),
        scale("rate", "Step size η", 0.3, RATES),
        scale("depth", "Hidden layers", 4, steps(1, 10, 1)),
        scale("width", "Units per layer", 16, (2, 4, 8, 16, 32)),
        choice("data", "Data", "moons", CLASSES, menu=True),
        scale("steps", "Steps", 200, (1, 10, 50, 100, 200, 500)),
        # Born dead.
        scale("layers", "Deepest net: layers L", 20, steps(2, 50, 1), "With L − 1 hidden layers."),
        many(
            "widths",
            "Units per layer N",
            ("2", "3", "5"),
            {str(n): str(n) for n in WIDTHS},
        ),
        scale("at", "By width: at L", 10, steps(2, 30, 1)),
        scale("draws", "Networks drawn", 1000, (100, 300, 1000, 3000, 10000)),
        scale(
            "spread",
            "Bias spread std(b)",
            0.0,
            (0.0, 0.1, 0.3, 1.0),
            "Biases are normal with this standard deviation; weights are drawn from N(0, "
            "2/fan-in).",
        ),
        seed(),
    ),
    selector="view",
    layouts={
        "neuron": Layout(
            ("b",),
            ("w1", "w2", "alpha"),
            ("scaling", "points", "seed"),
            widths=(1.35, 1.25),
            followed=("b",),
        ),
        "network": _RUN(),
        "causes": _RUN(widths=_BOTH),
        "leaky": _RUN(widths=_BOTH),
        "remedies": Layout(
            ("rate",),
            ("depth", "width", "data"),
            ("steps", "seed"),
            widths=_BOTH,
            released=_RELEASED.format("step size"),
        ),
        "born": Layout(
            ("layers",),
            ("widths", "at", "draws"),
            ("spread", "seed"),
            widths=_BOTH,
            followed=("layers",),
        ),
        # Above charts of what is before training, then of training.
        "sparsity": Layout(
            ("depth",),
            ("rate", "width", "data"),
            ("steps", "seed"),
            widths=_BOTH,
            released=_RELEASED.format("depth"),
        ),
    },
    presets=(
        Preset(
            "One click from death",
            "A single input still switches the neuron on. Lower b by one step.",
            {"b": -2.1},
        ),
        Preset("Dead", "Off for every input: output and gradient are exactly 0.", {"b": -3.0}),
        Preset(
            "Weights < 0",
            "Inputs in [0, 1] and negative weights: dead without any bias.",
            {"b": 0.0, "w1": -1.0, "w2": -0.5, "scaling": "unit"},
        ),
        Preset(
            "Leaky rescue",
            "So negative a bias that ReLU learns nothing; a slope of 0.2 does.",
            {"view": "leaky", "bias": -1.0},
        ),
        Preset(
            "Deadly remedy",
            "Positive weights and inputs: nothing is dead at the start, everything after a step.",
            {"view": "remedies", "depth": 8, "rate": 0.1},
        ),
    ),
)
