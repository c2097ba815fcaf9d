"""The claim that no single technique solves the problem (C23)."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import ARTICLE, DEPTHS, SHIPPED, Cell, Outcome, Technique
from vanishing.engine.progress import Progress
from vanishing.evidence.expected import at_least, at_most
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict

THRESHOLD, LOWER = 0.9, 0.5
THRESHOLDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
DEEPEST = DEPTHS[-1]
LIVE = Cell(replace(ARTICLE, normalization="batch"), DEEPEST)
"""The cell that decides: batch norm alone, as deep as is tried."""


def _limit(technique: Technique, known: dict[Cell, Outcome], threshold: float) -> int:
    """Return the depth down to which a technique trains."""
    cells = {depth: Cell(technique, depth) for depth in DEPTHS}
    medians = {depth: known[cell].median for depth, cell in cells.items() if cell in known}
    return depth_limits.limit(medians, threshold).depth


def _told(cell: Cell) -> Generator[float, None, Outcome]:
    """Train a cell's networks, telling the share done; return the outcome."""
    for item in depth_limits.measures(cell):
        if isinstance(item, Progress):
            yield item.step / item.steps
        else:
            best = item
    return best


def single_techniques(
    seed: int, threshold: float = THRESHOLD, lower: float = LOWER
) -> Iterator[float | Finding]:
    """Find how deep one technique alone takes the article's net; one net is trained anew."""
    known = depth_table.read()
    # The step size that counts, and one network per seed.
    one_net = replace(SHIPPED, seed=seed, seeds=1, step_sizes=(known[LIVE].step_size,))
    live = yield from _told(replace(LIVE, budget=one_net))
    known = {**known, LIVE: live}
    single = depth_limits.single_changes()
    plain = [one for one in single if one.skips == "none"]
    skips = [one for one in single if one.skips != "none"]

    def deepest(chosen: Sequence[Technique], at: float) -> int:
        return max(_limit(one, known, at) for one in chosen)

    lines = tuple(
        line(name, THRESHOLDS, [deepest(chosen, at) for at in THRESHOLDS])
        for name, chosen in (("one technique, no skips", plain), ("skips alone", skips))
    )
    yield Finding(
        {
            "alone": figure(deepest(single, threshold), "layers"),
            "plain": figure(deepest(plain, threshold), "layers"),
            "skips": figure(deepest(skips, threshold), "layers"),
            "lower": figure(deepest(plain, lower), "layers"),
            "together": figure(deepest(depth_limits.TECHNIQUES, threshold), "layers"),
            "live": figure(live.median, "%"),
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
        "with batch norm are trained anew, one net.",
        figures={
            "alone": "Deepest net that trains with one technique",
            "plain": "The same without skip connections",
            "skips": "The same with skip connections",
            "lower": f"Without skip connections, where {100 * LOWER:g} % right is enough",
            "together": "Deepest net that trains with any combination",
            "live": "Accuracy of the net trained anew",
        },
        page="depth",
        settings={"init": "normal_unit", "f": "sigmoid", "norm": "batch", "skips": "none"},
        experiment=single_techniques,
        budget=20.0,
        planted=Planted("batch norm left out", Verdict.FAILS),
        near={"threshold": (0.95, 0.98), "lower": (0.3, 0.4)},
        changed="The condition was at first only to leave skip connections out; but where half "
        "right is enough, batch norm alone trains 100 layers.",
        stated=(at_most("alone", 50, unit="layers", basis="fails at 100, the deepest tested"),),
        narrowed=(
            at_most("plain", 50, unit="layers", basis="fails at 100, the deepest tested"),
            at_least("alone", 100, unit="layers", basis="skip connections do"),
            at_least("lower", 100, unit="layers", basis="with a lower threshold one does"),
        ),
        only_if="skip connections are left out, and 90 % right at 100 layers is asked",
        predicted=(
            at_least("together", 100, unit="layers", basis="normalised nets with skips train"),
            at_most("live", THRESHOLD, unit="%", basis="the shipped table, five nets"),
        ),
        why_only_if="Skip connections alone reach {skips}. Any other technique reaches {plain} in "
        "the article's net at 90 % right; but {lower} at 50 %: batch norm alone gets {live} of the "
        "answers right 100 layers deep.",
    ),
)
