"""What a claim and a paper card are: an experiment, what was expected of it, and the verdict.

An experiment gives figures. What they should be was written down beforehand, as intervals with
their reasons; a verdict follows from the two and is stored nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any, TypeAlias

from vanishing import text

KINDS = ("measured", "predicted", "bound", "published")
"""What a line of a picture can be."""


class Verdict(Enum):
    """What a measurement says of a claim."""

    HOLDS = "holds"
    ONLY_IF = "holds only if"
    FAILS = "does not hold as stated"


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
        One of `KINDS`: predictions are drawn dashed, bounds dotted, published values as points.
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


Experiment: TypeAlias = Callable[[int], Iterator["float | Finding"]]
"""seed -> the share that is done, now and then, in [0, 1], and at the end the finding."""


# --- what was expected beforehand ----------------------------------------------------------------


@dataclass(frozen=True)
class Expectation:
    """An interval in which a figure should lie, and why.

    Parameters
    ----------
    figure : str
        Name of the figure.
    value : float
        The number expected, published, or at the limit.
    low, high : float
        The interval, ends included; infinite where it is open.
    words : str
        The interval for a reader: "0.683 ± 0.005".
    basis : str
        Where number and tolerance come from, in one phrase.
    by_band : bool
        Whether it is enough that the figure's *band* reaches into the interval.
    """

    figure: str
    value: float
    low: float
    high: float
    words: str
    basis: str
    by_band: bool = False

    def met(self, figures: Mapping[str, Figure]) -> bool:
        """Tell whether the figure lies in the interval; what is not a number lies nowhere."""
        figure = figures[self.figure]
        bottom, top = figure.ends if self.by_band else (figure.value, figure.value)
        return bottom <= self.high and top >= self.low


def about(figure: str, value: float, *, within: float, basis: str, unit: str = "") -> Expectation:
    """Expect ``value`` ± ``within``."""
    tolerance = f"{100 * within:g} points" if unit == "%" else text.setting(within)
    words = f"{in_words(value, unit)} ± {tolerance}" if within else in_words(value, unit)
    return Expectation(figure, value, value - within, value + within, words, basis)


def factor(figure: str, value: float, *, times: float, basis: str, unit: str = "") -> Expectation:
    """Expect a positive ``value``, right within a factor ``times``."""
    words = f"{in_words(value, unit)}, within a factor {times:g}"
    return Expectation(figure, value, value / times, value * times, words, basis)


def at_most(
    figure: str, value: float, *, basis: str, unit: str = "", by_band: bool = False
) -> Expectation:
    """Expect ``value`` or less; with `by_band`, of the lower end of the band."""
    words = f"at most {in_words(value, unit)}"
    return Expectation(figure, value, -math.inf, value, words, basis, by_band)


def at_least(
    figure: str, value: float, *, basis: str, unit: str = "", by_band: bool = False
) -> Expectation:
    """Expect ``value`` or more; with `by_band`, of the upper end of the band."""
    words = f"at least {in_words(value, unit)}"
    return Expectation(figure, value, value, math.inf, words, basis, by_band)


def in_band(figure: str, value: float, *, basis: str, unit: str = "") -> Expectation:
    """Expect ``value`` inside the figure's band."""
    words = f"{in_words(value, unit)}, inside the band"
    return Expectation(figure, value, value, value, words, basis, by_band=True)


# --- claims and cards ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a claim and a paper card have in common.

    Parameters
    ----------
    key : str
        Unique among all entries, as it stands in links: "C7", "yang-2019".
    title : str
        A few words.
    says : str
        What the article claims, or what the paper publishes, in our words.
    conditions : str
        The experiment: data, sizes, number of networks or draws, which band.
    figures : mapping of str to str
        Every figure's name and what it is, the most telling one first.
    page : str
        Path of the page that shows it.
    settings : mapping
        Of that page's controls, by name: the experiment as near as the page can set it up.
    experiment : callable
        See `Experiment`; deterministic for its seed, except where `timed`.
    budget : float
        Seconds of processor time within which it ends.
    timed : bool
        Whether its figures are times, which differ from machine to machine.
    """

    key: str
    title: str
    says: str
    conditions: str
    figures: Mapping[str, str]
    page: str
    experiment: Experiment
    budget: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    timed: bool = False

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """All that was expected beforehand."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """What menus call it."""
        raise NotImplementedError

    @property
    def code(self) -> Callable[..., Any]:
        """The function behind the experiment, without arguments that were fixed."""
        fixed = self.experiment
        return fixed.func if isinstance(fixed, partial) else fixed


@dataclass(frozen=True, kw_only=True)
class Claim(Entry):
    """A claim of the article, and how it is judged.

    Parameters
    ----------
    stated : tuple of Expectation
        What must be measured for the claim to hold as it stands.
    narrowed : tuple of Expectation
        What must be measured for it to hold under the condition `only_if`; () where no condition
        saves it.
    only_if : str
        The condition, as it goes on after "holds only if".
    predicted : tuple of Expectation
        What theory says the figures will be, whether or not that agrees with the claim.
    why : mapping of Verdict to str
        One plain sentence for a verdict, with ``{figure}`` for measured numbers.
    """

    stated: tuple[Expectation, ...]
    narrowed: tuple[Expectation, ...] = ()
    only_if: str = ""
    predicted: tuple[Expectation, ...] = ()
    why: Mapping[Verdict, str]

    __hash__ = Entry.__hash__

    @property
    def label(self) -> str:
        """Key and title."""
        return f"{self.key} · {self.title}"

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What the claim needs, what its condition needs, what theory predicts."""
        return self.stated + self.narrowed + self.predicted


@dataclass(frozen=True, kw_only=True)
class Card(Entry):
    """A published number and our measurement of it.

    Parameters
    ----------
    paper : str
        Authors, year and title.
    where : str
        Where in the paper the number stands.
    published : tuple of Expectation
        Each published value with its tolerance.
    """

    paper: str
    where: str
    published: tuple[Expectation, ...]

    __hash__ = Entry.__hash__

    @property
    def label(self) -> str:
        """Authors, year and title."""
        return f"{self.paper.partition(':')[0]} · {self.title}"

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """The published values."""
        return self.published


def judge(claim: Claim, finding: Finding) -> Verdict:
    """Return the verdict that the figures give."""
    if all(each.met(finding.figures) for each in claim.stated):
        return Verdict.HOLDS
    if claim.narrowed and all(each.met(finding.figures) for each in claim.narrowed):
        return Verdict.ONLY_IF
    return Verdict.FAILS


def verdict_in_words(claim: Claim, verdict: Verdict) -> str:
    """Return the verdict for a reader, with its condition."""
    return f"{verdict.value} {claim.only_if}" if verdict is Verdict.ONLY_IF else verdict.value


def reason(claim: Claim, finding: Finding) -> str:
    """Return one plain sentence: why the verdict is what it is, with the measured numbers.

    Where nobody foresaw the verdict, it names the expectation that decided it.
    """
    verdict = judge(claim, finding)
    if verdict in claim.why:
        words = {name: figure.words() for name, figure in finding.figures.items()}
        return claim.why[verdict].format(**words)
    told = next((each for each in claim.stated if not each.met(finding.figures)), claim.stated[0])
    measured = finding.figures[told.figure].words()
    return f"{claim.figures[told.figure]}: measured {measured}, needed {told.words}."


def as_expected(entry: Entry, finding: Finding) -> bool:
    """Tell whether theory's predictions, or all published values, were met."""
    wanted = entry.predicted if isinstance(entry, Claim) else entry.expectations
    return all(each.met(finding.figures) for each in wanted)


def measure(entry: Entry, seed: int = 0) -> Finding:
    """Run an experiment to its end.

    Raises
    ------
    RuntimeError
        If it ends without a finding.
    """
    for item in entry.experiment(seed):
        if isinstance(item, Finding):
            return item
    raise RuntimeError(f"experiment {entry.key} ended without a finding")
