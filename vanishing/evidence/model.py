"""What a claim and a paper card are: an experiment, what was expected of it, and the verdict.

An experiment gives figures. What they should be was written down beforehand, as intervals with
their reasons; a verdict follows from the two and is stored nowhere.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

from vanishing.evidence.expected import Expectation
from vanishing.evidence.finding import Experiment, Finding


class Verdict(Enum):
    """What a measurement says of a claim."""

    HOLDS = "holds"
    ONLY_IF = "holds only if"
    FAILS = "does not hold as stated"


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
        See `Experiment`; for a seed it gives the same numbers on one machine with one
        BLAS thread, except where `timed`.
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
    def expected(self) -> Mapping[str, tuple[Expectation, ...]]:
        """What was expected beforehand, by who or what expects it."""
        raise NotImplementedError

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """All that was expected beforehand."""
        return tuple(each for wanted in self.expected.values() for each in wanted)

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
    why_holds, why_only_if, why_fails : str
        One plain sentence for a verdict, with ``{figure}`` for measured numbers; "" for a verdict
        that nobody foresees.
    """

    stated: tuple[Expectation, ...]
    narrowed: tuple[Expectation, ...] = ()
    only_if: str = ""
    predicted: tuple[Expectation, ...] = ()
    why_holds: str = ""
    why_only_if: str = ""
    why_fails: str = ""

    __hash__ = Entry.__hash__

    @property
    def why(self) -> Mapping[Verdict, str]:
        """The sentence for each verdict that is foreseen."""
        told = zip(Verdict, (self.why_holds, self.why_only_if, self.why_fails), strict=True)
        return {verdict: words for verdict, words in told if words}

    @property
    def label(self) -> str:
        """Key and title."""
        return f"{self.key} · {self.title}"

    @property
    def expected(self) -> Mapping[str, tuple[Expectation, ...]]:
        """What the claim and its condition need, and what theory predicts."""
        return {
            "the claim needs": self.stated,
            "with the condition": self.narrowed,
            "theory predicts": self.predicted,
        }


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
    def expected(self) -> Mapping[str, tuple[Expectation, ...]]:
        """The published values."""
        return {"published": self.published}


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


def first_figure(entry: Entry, finding: Finding) -> str:
    """Return the most telling figure, measured: "Largest slope: 0.250"."""
    name = next(iter(entry.figures))
    return f"{entry.figures[name]}: {finding.figures[name].with_band()}"


def markdown_row(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table; a bar in a cell, as in |w|, does not end it."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


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
