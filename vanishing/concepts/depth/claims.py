"""The claim that no single technique solves the problem (C23)."""

from collections.abc import Iterator
from dataclasses import replace

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import ARTICLE, DEPTHS, SHIPPED, Cell, Technique
from vanishing.evidence.expected import at_least, at_most
from vanishing.evidence.finding import Figure, Finding, Picture, figure, line
from vanishing.evidence.model import Claim
from vanishing.evidence.trying import seeded

THRESHOLD = 0.9
NAMES = {
    "tanh": "tanh",
    "relu": "ReLU",
    "uniform_standard": "uniform ±1/√n",
    "xavier_normal": "Xavier normal",
    "he_normal": "He normal",
    "batch": "batch norm",
    "layer": "layer norm",
    "identity": "skips",
    "scaled": "scaled skips",
}
LIVE = Cell(replace(ARTICLE, skips="scaled"), 20)


def _limit(technique: Technique, known: dict[Cell, depth_limits.Outcome]) -> int:
    """Return the depth down to which a technique trains."""
    cells = {depth: Cell(technique, depth) for depth in DEPTHS}
    medians = {depth: known[cell].median for depth, cell in cells.items() if cell in known}
    return depth_limits.limit(medians, THRESHOLD).depth


def single_techniques(seed: int) -> Iterator[float | Finding]:
    """Find how deep one technique alone takes the article's net; one cell is trained anew."""
    yield 0.05
    live = depth_limits.measure(replace(LIVE, budget=seeded(SHIPPED, seed)))
    known = {**depth_table.read(), LIVE: live}
    alone = {one: _limit(one, known) for one in depth_limits.single_changes()}
    together = max(_limit(one, known) for one in depth_limits.TECHNIQUES)
    plain = max(limit for one, limit in alone.items() if one.skips == "none")
    skips = max(limit for one, limit in alone.items() if one.skips != "none")
    order = sorted(alone, key=lambda one: alone[one])
    names = [NAMES[getattr(one, one.differing(ARTICLE)[0])] for one in order]
    lines = (line("alone", names, [alone[one] for one in order]),)
    yield Finding(
        {
            "alone": figure(max(alone.values()), "layers"),
            "plain": figure(plain, "layers"),
            "skips": figure(skips, "layers"),
            "together": figure(together, "layers"),
            "live": Figure(live.median, min(live.accuracies), max(live.accuracies), "%"),
        },
        Picture("One technique in the article's net", "Deepest net that trains, layers", lines),
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C23",
        title="No single technique solves it",
        says="No single technique solves the problem; each one delays the depth at which it bites.",
        conditions=f"The article's net (sigmoid, N(0, 1)) with one change each: 5 nets, 32 units, "
        f"400 digits, 300 steps, best of three step sizes, depths 1 to 100; “trains”: median "
        f"accuracy {THRESHOLD:g}. From the shipped table; {LIVE.depth} layers with scaled skips "
        "are trained anew.",
        figures={
            "alone": "Deepest net that trains with one technique",
            "plain": "The same without skip connections",
            "skips": "The same with skip connections",
            "together": "Deepest net that trains with any combination",
            "live": "Accuracy of the cell trained anew",
        },
        page="depth",
        settings={"init": "normal_unit", "f": "sigmoid", "norm": "none", "skips": "scaled"},
        experiment=single_techniques,
        budget=20.0,
        stated=(at_most("alone", 50, unit="layers", basis="fails at 100, the deepest tested"),),
        narrowed=(at_most("plain", 50, unit="layers", basis="fails at 100, the deepest tested"),),
        only_if="skip connections are left out",
        predicted=(
            at_least("together", 100, unit="layers", basis="normalised nets with skips train"),
            at_least("live", THRESHOLD, unit="%", basis="the shipped table"),
        ),
        why_holds="Alone, none trains deeper than {alone}; together {together}.",
        why_only_if="Skip connections alone reach {skips}; any other technique at most "
        "{plain} in the article's net.",
    ),
)
