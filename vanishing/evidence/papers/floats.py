"""IEEE 754's limits for a gradient of quarters, as a card."""

from __future__ import annotations

from collections.abc import Iterator

from vanishing.engine.descent import float_limits
from vanishing.evidence.model import Card, Figure, Finding, Line, Picture, about

TYPES = ("float16", "float32", "float64")
ZERO, SUBNORMAL = (13, 75, 538), (8, 64, 512)


def underflow(_seed: int) -> Iterator[float | Finding]:
    """Multiply quarters up in each number type until they are subnormal, and 0."""
    found = [float_limits.measured(dtype) for dtype in TYPES]
    yield 0.9
    yield Finding(
        figures={
            **{f"zero {one.dtype}": Figure(float(one.zero), unit="factors") for one in found},
            **{
                f"subnormal {one.dtype}": Figure(float(one.subnormal), unit="factors")
                for one in found
            },
        },
        picture=Picture(
            x="Number type",
            y="Factors ¼ multiplied",
            log_y=True,
            lines=(
                Line("subnormal", TYPES, tuple(float(one.subnormal) for one in found)),
                Line("zero", TYPES, tuple(float(one.zero) for one in found)),
            ),
        ),
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
        paper="IEEE 754 2019: Standard for floating-point arithmetic",
        where="binary interchange formats: binary16, binary32, binary64",
        published=tuple(
            about(f"{what} {dtype}", count, within=0, unit="factors", basis="the type's layout")
            for what, counts in (("zero", ZERO), ("subnormal", SUBNORMAL))
            for dtype, count in zip(TYPES, counts, strict=True)
        ),
    ),
)
