"""What a claim and a paper card are: an experiment, what was expected of it, and the verdict.

An experiment gives figures. What they should be is written down as intervals with their reasons; a
verdict follows from the two and is stored nowhere.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any, TypeAlias

from vanishing.evidence.expected import Expectation
from vanishing.evidence.finding import Experiment, Finding


class Verdict(Enum):
    """What a measurement says of a claim."""

    HOLDS = "holds"
    ONLY_IF = "holds only if"
    FAILS = "does not hold as stated"
    UNSETTLED = "depends on the draw or the setting"


CAN = (
    "What the article says *can* or *may* happen holds if it happens, in nearly all draws, in the "
    "setting that the article names, and not once the cause it names is taken away. What it needs "
    "besides is its condition."
)
"""The rule for claims of that kind."""


@dataclass(frozen=True)
class Planted:
    """An error planted in the engine, and what it does to an entry; a test does it.

    Parameters
    ----------
    error : str
        What is wrong, as it goes on after "with".
    turns : Verdict, optional
        What the verdict becomes; None where it stays and figures give the error away.
    misses : tuple of str
        The figures that are then not what was predicted or published.
    """

    error: str
    turns: Verdict | None = None
    misses: tuple[str, ...] = ()


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
        See `Experiment`; for a seed and settings it gives the same numbers on one machine with one
        BLAS thread, except where `timed`.
    budget : float
        Seconds of processor time within which it ends.
    planted : Planted
        An error in the engine that it notices.
    drawn : bool
        Whether anything depends on the seed.
    timed : bool
        Whether its figures are times, which differ from machine to machine.
    changed : str
        What of it was changed after it had been measured for the first time, and why.
    """

    key: str
    title: str
    says: str
    conditions: str
    figures: Mapping[str, str]
    page: str
    experiment: Experiment
    budget: float
    planted: Planted
    settings: Mapping[str, Any] = field(default_factory=dict)
    drawn: bool = True
    timed: bool = False
    changed: str = ""

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def expected(self) -> Mapping[str, tuple[Expectation, ...]]:
        """What is expected, by who or what expects it."""
        raise NotImplementedError

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """All that is expected."""
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
    near : mapping of str to tuple
        Settings of the experiment, and other values for each, for which its verdict must stand.
    beyond : mapping of str to tuple
        The same beyond the boundary of the condition: there the verdict must be another.
    without : str
        For what can or may happen, see `CAN`: the figure that takes its cause away; "" otherwise.
    why_holds, why_only_if, why_fails : str
        One plain sentence for a verdict, with ``{figure}`` for measured numbers; "" for a verdict
        that nobody foresees.
    """

    stated: tuple[Expectation, ...]
    narrowed: tuple[Expectation, ...] = ()
    only_if: str = ""
    predicted: tuple[Expectation, ...] = ()
    near: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    beyond: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    without: str = ""
    why_holds: str = ""
    why_only_if: str = ""
    why_fails: str = ""

    __hash__ = Entry.__hash__

    @property
    def why(self) -> Mapping[Verdict, str]:
        """The sentence for each verdict that is foreseen."""
        told = (self.why_holds, self.why_only_if, self.why_fails)
        return {verdict: words for verdict, words in zip(Verdict, told, strict=False) if words}

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
        Where in the paper the number stands, or the condition that ours is derived from.
    published : tuple of Expectation
        Each value that stands in the paper, with its tolerance.
    derived : tuple of Expectation
        Each value that we derived from what the paper says.
    """

    paper: str
    where: str
    published: tuple[Expectation, ...] = ()
    derived: tuple[Expectation, ...] = ()

    __hash__ = Entry.__hash__

    @property
    def label(self) -> str:
        """Authors, year and title."""
        return f"{self.paper.partition(':')[0]} · {self.title}"

    @property
    def expected(self) -> Mapping[str, tuple[Expectation, ...]]:
        """The published values, and those derived by us."""
        return {"published": self.published, "derived": self.derived}


@dataclass(frozen=True)
class Repeats:
    """A claim's experiment repeated with one set of settings.

    Parameters
    ----------
    setting : str
        What differs, "depth = 15"; "" where nothing does.
    seeds : int
        How many times it was run: with seeds 0, 1, … .
    turned : tuple of int
        The seeds that gave another verdict.
    beyond : bool
        Whether the setting lies beyond the condition, where each must give another.
    """

    setting: str
    seeds: int
    turned: tuple[int, ...] = ()
    beyond: bool = False

    @property
    def as_told(self) -> int:
        """How many repeats agree with the condition: the verdict stands, or turns beyond it."""
        return len(self.turned) if self.beyond else self.seeds - len(self.turned)

    @property
    def place(self) -> str:
        """Return one of `PLACES`."""
        return "beyond" if self.beyond else "nearby" if self.setting else "here"


PLACES = ("here", "nearby", "beyond")
"""Where a claim is judged again: its settings as they are, others nearby, beyond its condition."""


Repeated: TypeAlias = tuple[Repeats, ...]
"""All repeats of a claim, those with its settings as they are first."""


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


def error_in_words(entry: Entry) -> str:
    """Return one sentence for a reader: the planted error, and what it does."""
    planted = entry.planted
    if isinstance(entry, Claim) and planted.turns:
        shown = f"the verdict becomes “{verdict_in_words(entry, planted.turns)}”"
    else:
        figures = ", ".join(f"“{entry.figures[name]}”" for name in planted.misses)
        wanted = "what theory predicts" if isinstance(entry, Claim) else "within tolerance"
        shown = f"{figures} {'is' if len(planted.misses) == 1 else 'are'} no longer {wanted}"
    return f"With {planted.error}, {shown}."


def measure(entry: Entry, seed: int = 0, **changed: Any) -> Finding:
    """Run an experiment to its end, with some of its settings changed if so wanted.

    Raises
    ------
    RuntimeError
        If it ends without a finding.
    """
    for item in entry.experiment(seed, **changed):
        if isinstance(item, Finding):
            return item
    raise RuntimeError(f"experiment {entry.key} ended without a finding")
