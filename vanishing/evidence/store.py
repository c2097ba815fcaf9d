"""The findings of seed 0, shipped with the package, so that a page need not measure to show them.

Only figures and pictures are kept, and which repeats gave another verdict; verdicts follow from
them anew each time they are shown.
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from vanishing.evidence.finding import Figure, Finding, Line, Picture, places
from vanishing.evidence.model import Repeated, Repeats

FILE = Path(__file__).parent / "data" / "evidence.json"
DIGITS = 6
"""Significant digits that are kept: machines differ only beyond them."""


def write(
    findings: Mapping[str, Finding],
    titles: Mapping[str, str],
    repeated: Mapping[str, Repeated],
    file: Path = FILE,
) -> None:
    """Write all by their entries' keys; a line per figure, repeat, and line of a picture."""
    entries = [
        f"{json.dumps(key)}: {_written(finding, titles[key], repeated.get(key, ()))}"
        for key, finding in findings.items()
    ]
    file.write_text("{\n" + ",\n".join(entries) + "\n}\n", encoding="utf-8")


@cache
def shipped(file: Path = FILE) -> Mapping[str, Finding]:
    """Return the findings that are shipped, by their entries' keys."""
    return {key: _read(entry) for key, entry in _content(file).items()}


@cache
def _content(file: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def rounded(finding: Finding) -> Finding:
    """Return a finding as it is after being written and read."""
    return _read(json.loads(_written(finding)))


@cache
def repeated(file: Path = FILE) -> Mapping[str, Repeated]:
    """Return what became of the repeats, by their claims' keys."""
    return {
        key: tuple(
            Repeats(setting, seeds, tuple(turned), beyond)
            for setting, seeds, turned, beyond in entry["repeated"]
        )
        for key, entry in _content(file).items()
        if is_claim(key)
    }


def titles(kind: str, file: Path = FILE) -> Mapping[str, str]:
    """Return what menus call the entries of a kind, "claim" or "card", by their keys.

    They are shipped, so that a menu need not load every experiment.
    """
    return {
        key: entry["title"]
        for key, entry in _content(file).items()
        if (kind == "claim") == is_claim(key)
    }


def is_claim(key: str) -> bool:
    """Tell whether a key is a claim's, not a card's."""
    return key[0] == "C"


def _written(finding: Finding, title: str = "", repeated: Repeated = ()) -> str:
    picture = finding.picture
    figures = [
        f"{json.dumps(name)}: {_json([one.value, one.low, one.high, one.unit])}"
        for name, one in finding.figures.items()
    ]
    lines = [_json([one.name, one.kind, one.x, one.y, one.low, one.high]) for one in picture.lines]
    repeats = [_json([one.setting, one.seeds, one.turned, one.beyond]) for one in repeated]
    axes = _json([picture.x, picture.y, picture.log_x, picture.log_y])
    return (
        '{\n "title": ' + json.dumps(title, ensure_ascii=False)
        + ',\n "repeated": [\n  ' + ",\n  ".join(repeats)
        + '],\n "figures": {\n  ' + ",\n  ".join(figures) + '},\n "axes": ' + axes
        + ',\n "lines": [\n  ' + ",\n  ".join(lines) + "]}"
    )  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(_short(value), ensure_ascii=False)


def _short(value: Any) -> Any:
    """Round the numbers in lists; what JSON has no number for becomes its name."""
    if isinstance(value, list | tuple):
        return [_short(each) for each in value]
    if isinstance(value, bool) or not isinstance(value, float):
        return value
    return float(f"{value:.{DIGITS - 1}e}") if math.isfinite(value) else str(value)


def _read(entry: Mapping[str, Any]) -> Finding:
    figures = {
        name: Figure(float(value), _end(low), _end(high), unit)
        for name, (value, low, high, unit) in entry["figures"].items()
    }
    lines = tuple(
        Line(name, places(x), _numbers(y), _numbers(low), _numbers(high), kind)
        for name, kind, x, y, low, high in entry["lines"]
    )
    x, y, log_x, log_y = entry["axes"]
    return Finding(figures, Picture(x, y, lines, log_x, log_y))


def _end(value: float | str | None) -> float | None:
    return None if value is None else float(value)


def _numbers(values: list[float | str]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
