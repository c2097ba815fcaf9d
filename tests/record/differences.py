"""How what a page shows differs from what was recorded, in words that name the place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from tests.record import digest

ORDERED = ("- ", "* ", "|")
"""How lines begin whose order is seen wherever they stand: sentences to notice, rows of tables."""


def of(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what differs between two of `seen.shown`; [] where nothing does."""
    return [
        *(_link(before, now)),
        *_settings(before["settings"], now["settings"]),
        *_sentences(before["sentences"], now["sentences"]),
        *_charts(before["charts"], now["charts"]),
    ]


def _link(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    if before["link"] == now["link"]:
        return []
    return [f"the link was {before['link']!r}, is {now['link']!r}"]


def _settings(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [
        f"setting {name!r} was {before.get(name, 'not drawn')!r}, is {now.get(name, 'not drawn')!r}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def _sentences(before: list[str], now: list[str]) -> list[str]:
    """Compare without regard to where on the page a line stands, but for `ORDERED`."""
    gone, new = Counter(before) - Counter(now), Counter(now) - Counter(before)
    found = []
    for line in gone.elements():
        alike = get_close_matches(line, new, n=1, cutoff=0.5)
        if alike:
            new -= Counter(alike)
            found.append(f"a sentence has changed:\n  was {line}\n  is  {alike[0]}")
        else:
            found.append(f"a sentence is gone: {line}")
    found += [f"a sentence is new: {line}" for line in new.elements()]
    if not found and _in_order(before) != _in_order(now):
        found.append("sentences to notice, or rows of a table, stand in another order")
    return found


def _in_order(sentences: list[str]) -> list[str]:
    return [line for line in sentences if line.startswith(ORDERED)]


def _charts(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    found = [f"chart {name!r} is missing" for name in before if name not in now]
    found += [f"chart {name!r} is new" for name in now if name not in before]
    for name in sorted(before.keys() & now.keys()):
        found += _tables(f"chart {name!r}, data set", before[name], now[name])
    return found


def _tables(what: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    found = [f"{what} {name!r} is missing" for name in before if name not in now]
    found += [f"{what} {name!r} is new" for name in now if name not in before]
    for name in sorted(before.keys() & now.keys()):
        found += [f"{what} {name!r}, {d}" for d in digest.differences(before[name], now[name])]
    return found
