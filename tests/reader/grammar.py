"""Faults of wording that need no page to see: plurals, articles, numbers that are none."""

from __future__ import annotations

import re
from functools import cache

from tests.reader.quantities import NUMBER

_PLURALS = (
    "layers|steps|nets|networks|units|inputs|chains|iterations|cases|techniques|combinations|depths|starts|"
    "products|draws|samples|values|weights|factors|records|intervals|eigenvalues|lags|seeds"
)
_SINGULARS = "layer|step|net|network|unit|input|chain|iteration|case|depth|product|factor|draw"
_ADJECTIVE = "(?:hidden |drawn |singular |random |real )?"

FAULTS = {
    "a plural of one": rf"(?<![\d.,·−^])(?<!layer )1 {_ADJECTIVE}(?:{_PLURALS}|singular values)\b",
    "a singular of many": rf"(?<![\d.,^])(?<!layer )(?:[02-9]|\d[\d,]*\d) {_ADJECTIVE}"
    rf"(?:{_SINGULARS})(?![\w.:-]| sizes?\b)",
    "a verb of many after one": r"(?<![\d.,])(?<!layer )(?<!than )1 (?:are|have|do|were|get|lie)\b",
    "an article": r"\ba (?:8|11|18|8\d)\b(?![.,]\d)|\ban (?!8|11|18)\d",
    "a word twice": r"\b([^\W\d_]+)\s+\1\b",
    "a number twice": r"(?<![\w.,])(\d+) \1(?![\w.,])",
    "spaces": r"  |\s[,;.](?!\d)|(?<!update) :|\( | \)|^\s|\s$",
    "marks": r",,|\.\.(?!\.)|;;|,\.|;\.|:\.",
    "no number": r"(?i:\b(?:nan|inf|infinity)\b)|not a number|\bNone\b",
    "an exponent of a computer": r"\d[eE][+-]?\d",
    "an exponent not normalised": r"(?<![\d.,])(?:0(?:\.\d*)?|0?\d\d+(?:\.\d+)?)·10[⁻⁰-⁹¹²³]",
    "minus nothing": r"−0(?:\.0+)?(?![\d.])",
    "a hyphen for a minus": r"(?<![\w-])-\d",
}
"""What must not stand in any text, by what is wrong with it."""

DIGITS = 4


@cache
def faults(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with a text; `allowed` are patterns that may stand there all the same.

    These are a lesson's own words ("on the way something overflowed"): exceptions, by name.
    """
    read = text
    for pattern in allowed:
        read = re.sub(pattern, "…", read)
    found = [f"{fault}: {hit[0]!r}" for fault, p in FAULTS.items() for hit in re.finditer(p, read)]
    for pair in ("**", "$"):
        if read.count(pair) % 2:
            found.append(f"{pair} is not closed")
    plain = re.sub(r"[(\[][^()\[\]]{1,24}, ?[^()\[\]]{1,24}[)\]]", "", read)
    found += [f"{a} is not closed" for a, b in ("()", "[]") if plain.count(a) != plain.count(b)]
    return found + [f"too many digits: {n}" for n in _long(read)]


def _long(text: str) -> list[str]:
    """Return the numbers with more digits than a reader was promised; counts are whole."""
    numbers = re.findall(rf"(?<![\w.,·]){NUMBER}", text)
    plain = {n: n.partition("·")[0].lstrip("−").replace(",", "") for n in numbers}
    return [n for n, digits in plain.items() if "." in digits and _counting(digits) > DIGITS]


def _counting(digits: str) -> int:
    return len(digits.replace(".", "").lstrip("0"))
