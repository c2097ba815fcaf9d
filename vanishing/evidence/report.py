"""All verdicts and all published numbers as one table, for the terminal and for the README."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from vanishing.evidence import again, model
from vanishing.evidence import store as evidence_store
from vanishing.evidence.claims import CLAIMS
from vanishing.evidence.finding import Finding
from vanishing.evidence.model import Claim, Entry, Repeated
from vanishing.evidence.papers import CARDS

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- evidence -->", "<!-- end of evidence -->"
CLAIM_HEADER = ("", "The article says", "Verdict", "Measured", "Seeds", "Nearby", "Beyond")
CARD_HEADER = ("Paper", "Number", "Kind", "Expected", "Measured", "")
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


def claim_rows(
    findings: Mapping[str, Finding], repeated: Mapping[str, Repeated]
) -> list[tuple[str, ...]]:
    """Return a row per claim: key, claim, verdict, its first figure, how often it stands."""
    rows: list[tuple[str, ...]] = []
    for claim in CLAIMS:
        finding, repeats = findings[claim.key], repeated[claim.key]
        verdict = model.verdict_in_words(claim, again.verdict(claim, finding, repeats))
        measured = model.first_figure(claim, finding)
        rows.append((claim.key, claim.title, verdict, measured, *again.in_words(claim, repeats)))
    return rows


def card_rows(findings: Mapping[str, Finding]) -> list[tuple[str, ...]]:
    """Return a row per number: paper, what and of which kind it is, expected, measured, passed."""
    return [
        (
            card.paper.partition(":")[0] if i == 0 else "",
            card.figures[each.figure],
            "published" if each in card.published else "derived",
            each.words,
            findings[card.key].figures[each.figure].with_band(),
            PASS if each.met(findings[card.key].figures) else OUT,
        )
        for card in CARDS
        for i, each in enumerate(card.expectations)
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


def for_readme(findings: Mapping[str, Finding], repeated: Mapping[str, Repeated]) -> str:
    """Return what stands between the README's marks."""
    claims = as_markdown(CLAIM_HEADER, claim_rows(findings, repeated))
    cards = as_markdown(CARD_HEADER, card_rows(findings))
    return f"{BEGIN}\n{claims}\n\n{cards}\n{END}"


def update(document: str, findings: Mapping[str, Finding], repeated: Mapping[str, Repeated]) -> str:
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
    return before + for_readme(findings, repeated) + after


def repeat_all(
    tell: Callable[[str], None], findings: Mapping[str, Finding], wanted: Iterable[Claim]
) -> dict[str, Repeated]:
    """Judge claims again, telling each one's key as it begins."""
    found = {}
    for claim in wanted:
        tell(claim.key)
        found[claim.key] = tuple(again.repeat(claim, findings[claim.key]))
    return found


def main(arguments: Sequence[str]) -> int:
    """Measure everything and print the table.

    Parameters
    ----------
    arguments : sequence of str
        ``--write`` judges the claims again with other seeds and settings nearby, which takes some
        minutes, and renews what is shipped and the README. Keys of entries, as in "C12", measure
        those alone; of the others what is shipped is taken.

    Returns
    -------
    int
        1 if a number is out of band or a claim's figure is not as predicted, 2 for an argument
        that does not exist, else 0.
    """
    keys = [each for each in arguments if each != "--write"]
    by_key = {each.key: each for each in entries()}
    if unknown := set(keys) - set(by_key):
        words = f"unknown: {', '.join(sorted(unknown))}; there are --write and keys of entries"
        print(words, file=sys.stderr)
        return 2
    wanted = [by_key[key] for key in keys] or list(entries())
    measured = measure_all(_tell, wanted=wanted)
    # As they are shipped: terminal, README and app then say the same to the last digit.
    new = {key: evidence_store.rounded(finding) for key, finding in measured.items()}
    findings, repeated = {**evidence_store.shipped(), **new}, dict(evidence_store.repeated())
    if "--write" in arguments:
        print("\njudged again:", end=" ", file=sys.stderr)
        repeated |= repeat_all(_tell, findings, [one for one in CLAIMS if one in wanted])
    print(file=sys.stderr)
    print(as_text(CLAIM_HEADER, claim_rows(findings, repeated)), end="\n\n")
    print(as_text(CARD_HEADER, card_rows(findings)))
    if "--write" in arguments:
        titles = {each.key: each.label for each in entries()}
        evidence_store.write({key: findings[key] for key in by_key}, titles, repeated)
        document = README.read_text("utf-8")
        README.write_text(update(document, findings, repeated), encoding="utf-8")
    wrong = [each for each in entries() if not model.as_expected(each, findings[each.key])]
    for kind, what in ((CARDS, OUT), (CLAIMS, "not as predicted")):
        if lost := [each.key for each in wrong if each in kind]:
            print(f"{what}: {', '.join(lost)}", file=sys.stderr)
    return int(bool(wrong))


def _tell(key: str) -> None:
    print(f"{key} …", end=" ", file=sys.stderr, flush=True)
