"""The page on recurrent nets as data: its controls, and the settings that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from vanishing.concepts.shared import OPTIMIZERS, seed
from vanishing.engine.recurrent import tasks as memory_tasks
from vanishing.engine.recurrent.training import Settings
from vanishing.engine.recurrent.unrolled import Recurrence
from vanishing.ui.controls import choice, many, scale
from vanishing.ui.page import Layout, Page, Preset, Slot

VIEWS: Final = {"time": "Through time", "learn": "Learning to remember"}
ACTIVATIONS: Final = {
    "tanh": "tanh",
    "relu": "ReLU",
    "sigmoid": "sigmoid",
    "identity": "linear",
}
WEIGHTS: Final = {
    "gaussian": "N(0, g²/n)",
    "orthogonal": "orthogonal · g",
    "identity": "identity · g",
}
COUNTER: Final = "counter"
OWN_WEIGHTS: Final = {**WEIGHTS, COUNTER: "[[2, −2], [2, −2]]"}
SIZES: Final = {"mean": "mean (RMS)", "spectral": "largest, ‖·‖₂"}
TASKS: Final = {key: memory_tasks.get(key).name for key in ("adding", "recall")}
WHEN: Final = {"start": "before training", "end": "at the end"}

GAINS: Final = (0.25, 0.5, 0.7, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
RATES: Final = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0)
THRESHOLDS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)

NETS: Final = 20
"""Nets of the view through time."""

NAMES: Final = ("plain", "plain, clipped", "LSTM, clipped")
"""The three nets that learn side by side."""

_BOTH = (1, 1)


def _drawn(name: str) -> Slot:
    """Place a control that the counter-example, with its two units, tanh and no draw, ignores."""
    return Slot(name, locked={"init": (COUNTER,)})


PAGE = Page(
    key="rnn",
    path="recurrent",
    title="Recurrent",
    icon=":material/replay:",
    question="Why does a recurrent net forget, or blow up?",
    answer=(
        "A recurrent net multiplies by the **same weights W at every time step**: its gradient "
        "can vanish or explode with the length of what it reads. Turn the gain g, or make "
        "the sequence longer."
    ),
    source=(
        "Claim C21 (ReLU's unbounded output can explode in recurrent nets), and C22 (the weights "
        "stay in the product) in time. Clipping, and when gradients must vanish: Pascanu, Mikolov "
        "& Bengio 2013, *On the difficulty of training recurrent neural networks*. Identity: Le, "
        "Jaitly & Hinton 2015. LSTM: Hochreiter & Schmidhuber 1997; Gers et al. 2000. Theory in "
        "time: Chen, Pennington & Schoenholz 2018."
    ),
    controls=(
        choice("view", "Look at", "time", VIEWS, bare=True),
        # Through time.
        many("f", "Activations f", ("tanh", "relu", "sigmoid"), ACTIVATIONS),
        choice(
            "init",
            "Weights W",
            "gaussian",
            OWN_WEIGHTS,
            "Drawn at random with gain g, or one of two units whose eigenvalues are both 0.",
            menu=True,
        ),
        scale("gain", "Gain g", 2.0, GAINS),
        scale(
            "inputs",
            "Input noise",
            0.0,
            (0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0),
            "Standard deviation of what drives a unit at each step; 0 lets the net run freely.",
        ),
        scale("steps", "Time steps T", 50, (5, 10, 20, 30, 50, 75, 100, 150, 200)),
        choice(
            "size",
            "Size of ∂h(T)/∂h(t)",
            "mean",
            SIZES,
            "Of its singular values: their root mean square, or the largest.",
            former={"mean, ‖·‖_F/√n": "mean"},
        ),
        scale("units", "Units n", 64, (1, 2, 4, 8, 16, 32, 64)),
        # Learning to remember.
        choice("task", "Task", "adding", TASKS),
        scale("length", "Sequence length T", 40, (2, 5, 10, 15, 20, 30, 40, 50, 75, 100, 200)),
        choice("act", "Plain net: activation", "tanh", ACTIVATIONS, menu=True),
        choice("start", "Plain net: weights W", "gaussian", WEIGHTS, menu=True),
        scale("c", "Clipping threshold c", 1.0, THRESHOLDS),
        scale("rate", "Step size η", 0.02, RATES),
        scale("updates", "Training steps", 400, (10, 50, 100, 200, 400, 700, 1000, 2000)),
        choice("opt", "Optimiser", "adam", OPTIMIZERS, menu=True),
        choice("when", "Gradient along time", "start", WHEN),
        scale("g", "Plain net: gain g", 1.0, GAINS),
        scale("forget", "LSTM: forget bias", 1.0, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)),
        scale("width", "Units of each net", 16, (2, 4, 8, 16, 32, 64)),
        scale("batch", "Batch", 20, (1, 5, 10, 20, 50, 100)),
        scale("seeds", "Seeds (nets each)", 5, (1, 3, 5, 10, 20)),
        seed(),
    ),
    selector="view",
    layouts={
        "time": Layout(
            (_drawn("gain"),),
            ("init", _drawn("f"), "steps", "size"),
            (_drawn("inputs"), _drawn("units"), _drawn("seed")),
            widths=_BOTH,
            released="The picture comes when you let go: each setting has nets of its own, "
            "computed then or kept from before.",
        ),
        "learn": Layout(
            ("length",),
            ("act", "start", "c", "rate"),
            (
                *("task", "updates", "opt", "when", "g", "forget"),
                *("width", "batch", "seeds", "seed"),
            ),
            widths=_BOTH,
            released="The picture comes when you let go: each length is three training runs of its "
            "own.",
        ),
    },
    lowered={"updates": 100, "seeds": 1, "batch": 1, "width": 1, "length": 2},
    presets=(
        Preset(
            "Vanishing",
            "A smaller gain: after 100 steps less than a hundredth is left of the median net's "
            "gradient.",
            {"gain": 0.9, "steps": 100, "f": ("tanh", "relu", "sigmoid", "identity")},
        ),
        Preset(
            "Exploding",
            "A linear and a ReLU net blow up; tanh's state is bounded, its gradient is not.",
            {"gain": 3.0, "f": ("tanh", "relu", "identity")},
        ),
        Preset(
            "Eigenvalues lie",
            "Both eigenvalues of W are 0, and the gradient explodes.",
            {"init": COUNTER, "size": "spectral", "steps": 20},
        ),
        Preset(
            "Orthogonal",
            "An orthogonal W keeps every length: only the activation's slopes are left.",
            {"init": "orthogonal", "gain": 1.0, "f": ("tanh", "relu", "identity")},
        ),
        Preset(
            "Identity ReLU",
            "W = 1, as in the IRNN: a unit that stays on passes the gradient on unchanged.",
            {"init": "identity", "gain": 1.0, "inputs": 0.1, "f": ("tanh", "relu")},
        ),
        Preset(
            "Gated vs plain",
            "Two values to be added after 40 steps: the LSTM learns it, the plain net does not.",
            {"view": "learn"},
        ),
        Preset(
            "Clipped",
            "A ReLU net that one step throws out of all bounds, unless its gradient is clipped.",
            {"view": "learn", "act": "relu", "start": "identity", "opt": "momentum", "rate": 0.01},
        ),
    ),
)


def recurrence(values: Mapping[str, Any], activation: str) -> Recurrence:
    """Return the nets that the controls of the view through time ask for."""
    return Recurrence(
        activation=activation,
        initializer=values["init"],
        gain=float(values["gain"]),
        width=values["units"],
        steps=values["steps"],
        inputs=float(values["inputs"]),
        seed=values["seed"],
        nets=NETS,
    )


def settings(values: Mapping[str, Any]) -> dict[str, Settings]:
    """Return the three runs that the controls of the learning view ask for, by `NAMES`."""
    plain = Settings(
        task=values["task"],
        length=values["length"],
        activation=values["act"],
        initializer=values["start"],
        gain=float(values["g"]),
        forget=float(values["forget"]),
        units=values["width"],
        optimizer=values["opt"],
        learning_rate=float(values["rate"]),
        batch=values["batch"],
        steps=values["updates"],
        seed=values["seed"],
        seeds=values["seeds"],
    )
    clipped = replace(plain, threshold=float(values["c"]))
    return dict(zip(NAMES, (plain, clipped, replace(clipped, cell="lstm")), strict=True))
