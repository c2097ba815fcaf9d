"""The claim that no single technique solves the problem (C23)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import ARTICLE, DEPTHS, SHIPPED, Cell, Outcome, Technique
from vanishing.engine.progress import Progress
from vanishing.evidence.expected import about, at_least, at_most
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict
from vanishing.evidence.trying import seeded

THRESHOLD, LOWER = 0.9, 0.65
THRESHOLDS = (0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98)
DEEPEST = DEPTHS[-1]
SCALED = Cell(replace(ARTICLE, skips="scaled"), DEEPEST)
LIVE = Cell(replace(ARTICLE, normalization="batch"), DEEPEST)
"""The cells that decide: scaled skips alone and batch norm alone, as deep as is tried."""


def _limit(technique: Technique, known: dict[Cell, Outcome], threshold: float) -> int:
    """Return the depth down to which a technique trains."""
    cells = {depth: Cell(technique, depth) for depth in DEPTHS}
    medians = {depth: known[cell].median for depth, cell in cells.items() if cell in known}
    return depth_limits.limit(medians, threshold).depth


def single_techniques(
    seed: int, threshold: float = THRESHOLD, lower: float = LOWER
) -> Iterator[float | Finding]:
    """Find how deep one technique alone takes the article's net; what decides is trained anew."""
    known = dict(depth_table.read())
    for done, cell in enumerate((LIVE, SCALED)):
        # With the step size that counts.
        budget = replace(seeded(SHIPPED, seed), step_sizes=(known[cell].step_size,))
        for item in depth_limits.measures(replace(cell, budget=budget)):
            if isinstance(item, Progress):
                yield (done + item.step / item.steps) / 2
            else:
                known[cell] = item
    single = depth_limits.single_changes()
    plain = [one for one in single if one.skips != "scaled"]
    skips = [one for one in single if one.skips == "scaled"]

    def deepest(chosen: Sequence[Technique], at: float) -> int:
        return max(_limit(one, known, at) for one in chosen)

    lines = tuple(
        line(name, THRESHOLDS, [deepest(chosen, at) for at in THRESHOLDS])
        for name, chosen in (("one technique", plain), ("scaled skips alone", skips))
    )
    yield Finding(
        {
            "alone": figure(deepest(single, threshold), "layers"),
            "plain": figure(deepest(plain, threshold), "layers"),
            "skips": figure(deepest(skips, threshold), "layers"),
            "lower": figure(deepest(plain, lower), "layers"),
            "together": figure(deepest(depth_limits.TECHNIQUES, threshold), "layers"),
            "live": figure(known[LIVE].accuracies, "%"),
        },
        Picture("Right answers that count as training", "Deepest net that trains, layers", lines),
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C23",
        title="No single technique solves it",
        says="No single technique solves the problem; each one delays the depth at which it bites.",
        conditions=f"The article's net (sigmoid, N(0, 1)) with one change each: 5 nets, 32 units, "
        f"400 digits, 300 steps, best of three step sizes, depths 1 to {DEEPEST}; “trains”: median "
        f"accuracy {THRESHOLD:g}, or less where said. From the shipped table; {DEEPEST} layers "
        "with batch norm, and with scaled skips, are trained anew, 5 nets each.",
        figures={
            "alone": "Deepest net that trains with one technique",
            "plain": "Deepest net that trains with one other than scaled skips",
            "skips": "Deepest net that trains with scaled skips alone",
            "lower": f"Deepest with one other than scaled skips, {100 * LOWER:g} % right",
            "together": "Deepest net that trains with any combination",
            "live": "Right answers with batch norm alone, 100 layers",
        },
        page="depth",
        settings={"init": "normal_unit", "f": "sigmoid", "norm": "batch", "skips": "none"},
        experiment=single_techniques,
        budget=20.0,
        planted=Planted("batch norm left out", Verdict.FAILS),
        near={"threshold": (0.87, 0.95), "lower": (0.5, 0.6)},
        beyond={"threshold": (0.65, 0.5)},
        changed="The condition was at first only to leave skip connections out; but where half "
        "right is enough, batch norm alone trains 100 layers. Then one net was trained anew, and "
        "unscaled skips, which do not reach 100 layers at 90 %, were counted as skips.",
        stated=(at_most("alone", 50, unit="layers", basis="fails at 100, the deepest tested"),),
        narrowed=(
            at_most("plain", 50, unit="layers", basis="fails at 100, the deepest tested"),
            at_least("alone", 100, unit="layers", basis="scaled skips do"),
            at_least("lower", 100, unit="layers", basis="with a lower threshold one does"),
        ),
        only_if="scaled skips are left out and 90 % right at 100 layers is asked; for 65 % batch "
        "norm is enough",
        predicted=(
            at_least("together", 100, unit="layers", basis="normalised nets with skips train"),
            about("live", 0.78, within=0.12, unit="%", basis="between the two thresholds"),
        ),
        why_only_if="Scaled skips alone reach {skips}. No other technique, unscaled skips "
        "included, gets the article's net beyond {plain} at 90 % right; at 65 % the best reaches "
        "{lower}: batch norm alone gets {live} of the answers right 100 layers deep.",
    ),
)
