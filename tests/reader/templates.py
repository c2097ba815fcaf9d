"""What a page may say, as templates: words with named quantities, and where each is drawn.

A template is a text with slots: ``{left}`` is a number, ``{dead%}`` a share, ``{steps#step}`` a
counted noun, ``{fate:vanishes|explodes}`` one of some words. What belongs into the slots is
computed from the frames of the page's charts and from its settings, never from the words' own
inputs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.reader.quantities import NUMBER, SHARE, reads
from tests.reader.seen import Seen

Said = Mapping[str, str]
_SLOT = re.compile(r"\{(\w+)(?:(%)|#([\w ]+)|:([^{}]+))?\}")


@dataclass(frozen=True)
class Template:
    """Words with slots, and what belongs into them: a function of the page and what is said.

    It gives a value for each slot: a float is rounded as the text is, an int and a str are exact,
    True is anything; instead of a dict, False where these words are not true.
    """

    words: str
    belongs: Callable[[Seen, Said], Mapping[str, Any] | bool]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The words as a regular expression, a group for each slot."""
        parts, at = [], 0
        for slot in _SLOT.finditer(self.words):
            parts += [re.escape(self.words[at : slot.start()]), self._group(*slot.groups())]
            at = slot.end()
        return re.compile("".join([*parts, re.escape(self.words[at:])]))

    @staticmethod
    def _group(name: str, share: str | None, noun: str | None, other: str | None) -> str:
        if noun:
            return rf"(?P<{name}>\d[\d,]*) {re.escape(noun)}s?\b"
        return rf"(?P<{name}>{SHARE if share else other or NUMBER})"


def misread(seen: Seen, text: str, templates: Iterable[Template]) -> list[str]:
    """Return what a text says that the page does not hold, and the numbers no template covers."""
    found: list[str] = []
    covered: list[tuple[int, int]] = []
    for template in templates:
        for hit in template.pattern.finditer(text):
            covered.append(hit.span())
            found += _wrong(template, seen, hit)
    bare = [n for n in re.finditer(rf"(?<![\w.,]){NUMBER}|[∞]", text) if not _within(n, covered)]
    return found + [f"no template covers {n[0]!r}" for n in bare]


def _within(number: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= number.start() and number.end() <= end for start, end in spans)


def _wrong(template: Template, seen: Seen, hit: re.Match[str]) -> list[str]:
    said = hit.groupdict()
    values = template.belongs(seen, said)
    if isinstance(values, bool):
        return [] if values else [f"not true here: {hit[0]!r}"]
    missing = said.keys() - values.keys()
    return [f"no value for {name} in {template.words!r}" for name in sorted(missing)] + [
        f"{name} is {said[name]!r}, drawn is {value!r}, in {hit[0]!r}"
        for name, value in values.items()
        if name in said and not reads(said[name], value)
    ]
