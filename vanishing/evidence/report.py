"""All verdicts and all published numbers as one table, for the terminal and for the README."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from vanishing.evidence import model
from vanishing.evidence import store as evidence_store
from vanishing.evidence.claims import CLAIMS
from vanishing.evidence.finding import Finding
from vanishing.evidence.model import Entry
from vanishing.evidence.papers import CARDS

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- evidence -->", "<!-- end of evidence -->"
CLAIM_HEADER = ("", "The article says", "Verdict", "Measured")
CARD_HEADER = ("Paper", "Number", "Published, tolerance", "Measured", "")
PASS, OUT = "pass", "out of band"


def entries() -> tuple[Entry, ...]:
    """Return every claim and every card."""
    return (*CLAIMS, *CARDS)


def measure_all(
    tell: Callable[[str], None], seed: int = 0, wanted: Iterable[Entry] | None = None
) -> dict[str, Finding]:
    """Measure every entry, telling each one's key as it begins."""
    found = {}
    for entry in entries() if wanted is None else wanted:
        tell(entry.key)
        found[entry.key] = model.measure(entry, seed)
    return found


def claim_rows(findings: Mapping[str, Finding]) -> list[tuple[str, ...]]:
    """Return a row per claim: key, claim, verdict, its first figure."""
    return [
        (
            claim.key,
            claim.title,
            model.verdict_in_words(claim, model.judge(claim, findings[claim.key])),
            model.first_figure(claim, findings[claim.key]),
        )
        for claim in CLAIMS
    ]


def card_rows(findings: Mapping[str, Finding]) -> list[tuple[str, ...]]:
    """Return a row per published number: paper, what it is, published, measured, pass or not."""
    return [
        (
            card.paper.partition(":")[0] if i == 0 else "",
            card.figures[each.figure],
            each.words,
            findings[card.key].figures[each.figure].with_band(),
            PASS if each.met(findings[card.key].figures) else OUT,
        )
        for card in CARDS
        for i, each in enumerate(card.published)
    ]


def as_text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in columns, for a terminal."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, ["─" * width for width in widths], *rows)
    )


def as_markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    cells = (header, ["---"] * len(header), *rows)
    return "\n".join(model.markdown_row(row) for row in cells)


def for_readme(findings: Mapping[str, Finding]) -> str:
    """Return what stands between the README's marks."""
    claims = as_markdown(CLAIM_HEADER, claim_rows(findings))
    cards = as_markdown(CARD_HEADER, card_rows(findings))
    return f"{BEGIN}\n{claims}\n\n{cards}\n{END}"


def update(document: str, findings: Mapping[str, Finding]) -> str:
    """Return a document with what stands between its marks made anew.

    Raises
    ------
    ValueError
        If it has no such marks.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the document lacks {BEGIN} or {END}")
    return before + for_readme(findings) + after


def main(arguments: Sequence[str]) -> int:
    """Measure everything and print the table.

    Parameters
    ----------
    arguments : sequence of str
        ``--write`` renews the shipped findings and the README as well.

    Returns
    -------
    int
        1 if a card is out of band or a claim's figure is not as predicted, 2 for an argument
        that does not exist, else 0.
    """
    unknown = set(arguments) - {"--write"}
    if unknown:
        print(f"unknown: {' '.join(sorted(unknown))}; there is only --write", file=sys.stderr)
        return 2
    measured = measure_all(lambda key: print(f"{key} …", end=" ", file=sys.stderr, flush=True))
    print(file=sys.stderr)
    # As they are shipped: terminal, README and app then say the same to the last digit.
    findings = {key: evidence_store.rounded(finding) for key, finding in measured.items()}
    print(as_text(CLAIM_HEADER, claim_rows(findings)), end="\n\n")
    print(as_text(CARD_HEADER, card_rows(findings)))
    if "--write" in arguments:
        evidence_store.write(findings, {each.key: each.label for each in entries()})
        README.write_text(update(README.read_text("utf-8"), findings), encoding="utf-8")
    wrong = [each for each in entries() if not model.as_expected(each, findings[each.key])]
    for kind, what in ((CARDS, OUT), (CLAIMS, "not as predicted")):
        if keys := [each.key for each in wrong if each in kind]:
            print(f"{what}: {', '.join(keys)}", file=sys.stderr)
    return int(bool(wrong))
