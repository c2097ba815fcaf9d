"""What a page shows, as plain data: blocks beside the controls and below, and what to notice.

A room's ``scene(values, found)`` returns it and does nothing else; `stage` draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

from vanishing.charts.view import View
from vanishing.ui.controls import Value


@dataclass(frozen=True)
class Text:
    """Markdown."""

    words: str


@dataclass(frozen=True)
class Caption:
    """Markdown in small type."""

    words: str


@dataclass(frozen=True)
class Heading:
    """A heading between two parts of a page."""

    words: str


@dataclass(frozen=True)
class Warn:
    """A box that a reader must not miss."""

    words: str
    kind: Literal["warning", "info"] = "warning"


@dataclass(frozen=True)
class Badge:
    """A short verdict, good or bad."""

    words: str
    good: bool


@dataclass(frozen=True)
class Figures:
    """Numbers with their labels, in a row or, with `stacked`, one below the other."""

    numbers: Mapping[str, str]
    stacked: bool = False
    border: bool = True


@dataclass(frozen=True)
class Table:
    """Rows to read: a frame of words."""

    frame: Any
    alt: str

    @cached_property
    def markdown(self) -> str:
        """The same as Markdown, written once: Streamlit's own tables are a megabyte to fetch."""
        columns = self.frame.columns
        rows = [columns, ["---"] * len(columns), *self.frame.itertuples(index=False)]
        return "\n".join(
            "| " + " | ".join(str(x).replace("|", "\\|") for x in row) + " |" for row in rows
        )


@dataclass(frozen=True)
class Link:
    """The way to another page, with a preset or with settings of its own, and what is told there.

    All of it can be pressed.
    """

    path: str
    label: str
    preset: str | None = None
    values: Mapping[str, Value] | None = None
    told: str = ""


@dataclass(frozen=True)
class Choice:
    """One of several buttons that set controls of this page."""

    key: str
    label: str
    values: Mapping[str, Value]
    current: bool


@dataclass(frozen=True)
class Choices:
    """Buttons, in as many columns as there is room for."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Cards:
    """Ways to other pages in small boxes, as many side by side as there is room for."""

    links: tuple[Link, ...]


@dataclass(frozen=True)
class Columns:
    """Blocks side by side."""

    columns: tuple[tuple[Block, ...], ...]
    widths: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Growing:
    """The chart of something that is computed only when asked for, and drawn as it grows.

    Parameters
    ----------
    need : str
        The name of what is needed.
    view : View
        The chart of what is there.
    redraw : callable
        What is found so far -> the chart.
    offer : str
        What is missing and how long it may take; empty if nothing is.
    begun : bool
        Whether some of it is there.
    complaint : str
        Why it is not computed where it was asked to be; empty if it is.
    """

    need: str
    view: View
    redraw: Callable[[Any], View]
    offer: str = ""
    begun: bool = False
    complaint: str = ""


Block: TypeAlias = (
    View
    | Text
    | Caption
    | Heading
    | Warn
    | Badge
    | Figures
    | Table
    | Link
    | Choices
    | Cards
    | Columns
    | Growing
)
"""A piece of what a page shows."""


@dataclass(frozen=True)
class Scene:
    """What a page shows with its settings.

    Parameters
    ----------
    beside : tuple of columns, each a tuple of blocks
        Beside the controls; as many as the layout has widths for.
    notice : tuple of str
        "What to notice": sentences made from the present numbers.
    equations : str
        Markdown with LaTeX.
    code : tuple of functions or classes
        What computed it, whose source is shown.
    under : tuple of blocks
        Under the controls.
    between : tuple of blocks
        Between the charts and what to notice.
    below : tuple of blocks
        Below what to notice.
    kept : bool
        Whether this very scene is drawn for whoever looks; what keeps it says so.
    """

    beside: tuple[tuple[Block, ...], ...]
    notice: tuple[str, ...] = ()
    equations: str = ""
    code: tuple[Callable[..., Any] | type, ...] = ()
    under: tuple[Block, ...] = ()
    between: tuple[Block, ...] = ()
    below: tuple[Block, ...] = ()
    kept: bool = False

    def blocks(self) -> Iterator[Block]:
        """Give every block, those within others too."""
        for block in (*self.under, *sum(self.beside, ()), *self.between, *self.below):
            yield from flat(block)

    def views(self) -> list[View]:
        """Return the charts, in order."""
        charts = (b.view if isinstance(b, Growing) else b for b in self.blocks())
        return [chart for chart in charts if isinstance(chart, View)]


def apart(*blocks: Block) -> tuple[tuple[Block, ...], ...]:
    """Return columns of one block each."""
    return tuple((block,) for block in blocks)


def in_numbers(sentences: Iterable[str]) -> tuple[Heading, Text]:
    """Return what is for those who want to know it exactly: sentences, a list under its heading."""
    return Heading("In numbers"), Text("\n".join(f"- {each}" for each in sentences))


def changed(thing: Any, change: Callable[[View], View]) -> Any:
    """Return a scene, or a part of one, with each of its charts changed."""
    if isinstance(thing, View):
        return change(thing)
    if isinstance(thing, tuple):
        return tuple(changed(each, change) for each in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {f.name: changed(getattr(thing, f.name), change) for f in fields(thing)}
        return replace(thing, **parts)
    return thing


def flat(block: Block) -> Iterator[Block]:
    """Give a block, or those that it holds."""
    if isinstance(block, Columns):
        for column in block.columns:
            for inner in column:
                yield from flat(inner)
    else:
        yield block
