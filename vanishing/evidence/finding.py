"""What an experiment finds: figures, and a picture of lines."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from vanishing import text

KINDS = ("measured", "predicted", "bound", "published", "derived")
"""What a line of a picture can be."""


BAND = (0.1, 0.9)
"""The share of the networks that lie below the band, and below its upper end."""


@dataclass(frozen=True)
class Figure:
    """One measured number, with its band where it varies from draw to draw.

    Parameters
    ----------
    value : float
        The number itself; a median where it was measured several times.
    low, high : float, optional
        Ends of its band over the networks or draws (which band, the conditions say).
    unit : str
        Behind the number, for example "layers"; "" for a ratio, "%" where the value is a
        share, shown as a percentage.
    """

    value: float
    low: float | None = None
    high: float | None = None
    unit: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The band, or the value twice where there is none."""
        return (
            self.value if self.low is None else self.low,
            self.value if self.high is None else self.high,
        )

    def words(self) -> str:
        """Return the number for a reader: "0.683", "12 layers", "68 %"."""
        return in_words(self.value, self.unit)

    def band(self) -> str:
        """Return the band for a reader, "0.67 to 0.70", or "" where there is none."""
        if self.low is None or self.high is None:
            return ""
        return f"{in_words(self.low, self.unit)} to {in_words(self.high, self.unit)}"

    def with_band(self) -> str:
        """Return the number with its band, where it has one: "0.67 (0.6 to 0.7)"."""
        return f"{self.words()} ({self.band()})" if self.band() else self.words()


def in_words(value: float, unit: str = "") -> str:
    """Return a number with its unit: whole numbers in full, others with three digits."""
    if unit == "%":
        return _percent(value)
    whole = math.isfinite(value) and value == round(value) and abs(value) < 1e4
    number = f"{value:,.0f}".replace("-", "−") if whole else text.number(value)
    return f"{number} {unit}".strip()


def _percent(share: float) -> str:
    """Return a share with three digits, a part never rounded to everything."""
    rounded = f"{100 * share:.3g}".replace("-", "−")
    return "> 99.9 %" if rounded == "100" and share < 1 else f"{rounded} %"


@dataclass(frozen=True)
class Line:
    """One line, or row of bars, of a picture.

    Parameters
    ----------
    name : str
        As the legend says it.
    x : tuple of float, or tuple of str
        Numbers make a line, names make bars.
    y : tuple of float
        Of the same length as `x`.
    low, high : tuple of float
        The band at each x; () where there is none.
    kind : str
        One of `KINDS`: predictions are drawn dashed, bounds dotted, what is published or derived
        as points.
    """

    name: str
    x: tuple[float, ...] | tuple[str, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    kind: str = "measured"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        bands = {len(self.low), len(self.high)}
        if len(self.x) != len(self.y) or bands not in ({0}, {len(self.x)}):
            raise ValueError(f"line {self.name!r}: x, y, low and high differ in length")


@dataclass(frozen=True)
class Picture:
    """A small chart as plain data: titles of the axes, whether they are logarithmic, and lines."""

    x: str
    y: str
    lines: tuple[Line, ...]
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Finding:
    """What an experiment found: figures by name, and a picture."""

    figures: Mapping[str, Figure]
    picture: Picture


Experiment: TypeAlias = Callable[..., Iterator[float | Finding]]
"""seed, settings by name -> the share that is done, now and then, and at the end the finding."""


def figure(values: ArrayLike, unit: str = "", ends: tuple[float, float] = BAND) -> Figure:
    """Return a number as it is, S numbers as their median with its band."""
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim == 0:
        return Figure(float(numbers), unit=unit)
    low, middle, high = np.quantile(numbers, (ends[0], 0.5, ends[1])).tolist()
    return Figure(middle, low, high, unit)


def line(
    name: str,
    x: ArrayLike,
    values: ArrayLike,
    kind: str = "measured",
    ends: tuple[float, float] = BAND,
) -> Line:
    """Return the line of K values, or of the medians of values (S, K) with their bands.

    `x` are K numbers, or K names.
    """
    y = np.asarray(values, dtype=float)
    if y.ndim == 1:
        return Line(name, places(x), tuple(y.tolist()), kind=kind)
    low, middle, high = np.quantile(y, (ends[0], 0.5, ends[1]), axis=0).tolist()
    return Line(name, places(x), tuple(middle), tuple(low), tuple(high), kind)


def places(x: ArrayLike) -> tuple[float, ...] | tuple[str, ...]:
    """Return the places of a line: names as they are, numbers as plain ones."""
    found = np.asarray(x)
    return tuple(found.tolist() if found.dtype.kind == "U" else found.astype(float).tolist())
