"""IEEE 754's limits for a gradient of quarters, as a card."""

from collections.abc import Iterator

from vanishing.engine.descent import float_limits
from vanishing.evidence.expected import about
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Card, Planted

TYPES = ("float16", "float32", "float64")
ZERO, SUBNORMAL = (13, 75, 538), (8, 64, 512)


def underflow(_seed: int) -> Iterator[float | Finding]:
    """Multiply quarters up in each number type until they are subnormal, and 0."""
    found = [float_limits.measured(dtype) for dtype in TYPES]
    yield 0.9
    lines = (
        line("subnormal", TYPES, [one.subnormal for one in found]),
        line("zero", TYPES, [one.zero for one in found]),
    )
    yield Finding(
        {
            **{f"zero {one.dtype}": figure(one.zero, "factors") for one in found},
            **{f"subnormal {one.dtype}": figure(one.subnormal, "factors") for one in found},
        },
        Picture("Number type", "Factors ¼ multiplied", lines, log_y=True),
    )


CARDS: tuple[Card, ...] = (
    Card(
        key="ieee-underflow",
        title="Underflow in three number types",
        says="0.25ⁿ is subnormal from n = 8, 64 and 512, and exactly 0 from n = 13, 75 and 538 in "
        "float16, float32 and float64.",
        conditions="0.25ⁿ multiplied up in each type. Nothing is drawn.",
        figures={
            **{f"zero {dtype}": f"Factors until 0 in {dtype}" for dtype in TYPES},
            **{f"subnormal {dtype}": f"Factors until subnormal in {dtype}" for dtype in TYPES},
        },
        page="chain",
        settings={"view": "types", "weights": "equal", "w": 1.0, "dtype": "float16", "depth": 40},
        experiment=underflow,
        budget=1.0,
        planted=Planted(
            "fifths multiplied instead of quarters",
            misses=tuple(f"{what} {dtype}" for what in ("zero", "subnormal") for dtype in TYPES),
        ),
        drawn=False,
        paper="IEEE 754 2019: Standard for floating-point arithmetic",
        where="layout of binary16, binary32, binary64; the counts follow from it",
        derived=tuple(
            about(f"{what} {dtype}", count, within=0, unit="factors", basis="the type's layout")
            for what, counts in (("zero", ZERO), ("subnormal", SUBNORMAL))
            for dtype, count in zip(TYPES, counts, strict=True)
        ),
    ),
)
