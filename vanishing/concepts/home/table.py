"""The home page as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vanishing.engine.wide.layers import Settings
from vanishing.ui.controls import scale, steps
from vanishing.ui.page import Layout, Page

PAGE = Page(
    key="home",
    path="home",
    title="Home",
    icon=":material/home:",
    question="Why do the first layers of a deep net learn so slowly?",
    answer=(
        "Going back through a net, a gradient is multiplied by one factor per layer. Drag the "
        "depth: with **sigmoid** it is gone before the first layers; with **ReLU**, suitably "
        "initialised, it arrives."
    ),
    source=(
        "Rohan Kapur, *The vanishing gradient problem*, A Year of Artificial Intelligence, 2016 "
        "(claims C8 and C10). The dashed lines without dots are mean-field theory: "
        "Schoenholz et al. 2017. Digits: Alpaydin & Kaynak 1998, UCI Machine Learning Repository, "
        "CC BY 4.0."
    ),
    controls=(scale("depth", "Depth: hidden layers", 12, steps(1, 40, 1)),),
    layouts=Layout(above=("depth",), followed=("depth",)),
)

NETS: Final = {
    "sigmoid, Xavier": ("sigmoid", "xavier_normal"),
    "ReLU, He": ("relu", "he_normal"),
}
"""The nets that are compared: name → activation, initialisation."""

WIDTH, IMAGES, SEEDS = 32, 200, 20


def settings(depth: int) -> dict[str, Settings]:
    """Return the nets of that depth, by name."""
    return {
        name: Settings(
            activation=activation,
            initializer=initializer,
            samples=IMAGES,
            depth=depth,
            width=WIDTH,
            seeds=SEEDS,
        )
        for name, (activation, initializer) in NETS.items()
    }


@dataclass(frozen=True)
class Step:
    """One sentence of the story, leading to a page, with one of its presets (or its defaults)."""

    path: str
    says: str
    preset: str | None
    label: str


STORY = (
    Step(
        "descent",
        "**Learning is descent.** Each step follows the gradient. Where it is small, and the step "
        "cannot grow, thousands of steps lead nowhere.",
        "Plateau",
        "Get stuck on a plateau",
    ),
    Step(
        "derivatives",
        "**One factor.** Going back through a layer multiplies by the derivative f′(z). Sigmoid's "
        "is at most ¼, and less where it saturates.",
        "Saturated",
        "Saturate a sigmoid",
    ),
    Step(
        "chain",
        "**Many factors.** One weight and one derivative per layer: the product falls "
        "exponentially with depth, long before the numbers underflow.",
        "Underflow",
        "Multiply to nothing",
    ),
    Step(
        "layers",
        "**Wide nets.** The same holds layer by layer, and theory predicts the factor. But which "
        "gradient? That of the weights can look even while the one that comes back vanishes.",
        "Glorot's trap",
        "Fall into Glorot's trap",
    ),
    Step(
        "training",
        "**What it does to learning.** On the same data, from the same draws, a deep sigmoid net "
        "stays where it is while a ReLU net learns.",
        "Real digits",
        "Watch both train",
    ),
    Step(
        "dying",
        "**The cure has a price.** ReLU passes the gradient on, or blocks it: a unit that is off "
        "for every input is dead.",
        "One click from death",
        "The edge of death",
    ),
    Step(
        "recurrent",
        "**Depth in time.** A recurrent net multiplies by the same weights at every step: its "
        "gradient vanishes or explodes with the length of what it reads.",
        "Gated vs plain",
        "Ask a net to remember",
    ),
    Step(
        "depth",
        "**How deep can you go?** Every technique against vanishing gradients moves the depth at "
        "which they bite, alone and together with others: a number for each combination.",
        None,
        "Add techniques",
    ),
    Step(
        "claims",
        "**Is it true?** Each claim of the article that everybody repeats, measured and judged: "
        "some hold only under a condition.",
        "Only if",
        "See the conditions",
    ),
    Step(
        "papers",
        "**Published numbers.** What the papers report, and what follows from them, measured by "
        "this engine, each with its tolerance.",
        None,
        "Check the papers",
    ),
    Step(
        "glossary",
        "**Every word explained.** What a label, a chart or a sentence takes for granted, in one "
        "sentence, with its formula and its source.",
        None,
        "Look a word up",
    ),
)
