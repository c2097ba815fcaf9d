"""The files of the record: a page each, as JSON that can be compared line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

Cases = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Record:
    """What was recorded of a page.

    Attributes
    ----------
    cases : dict
        What was shown (see `seen.shown`), by the case's name.
    bits : str
        How the processor rounds that computed it, see `bits.here`.
    fragile : frozenset of str
        Names of the cases in which that matters.
    """

    cases: Cases
    bits: str
    fragile: frozenset[str] = frozenset()

    def known_fragile(self, cases: Cases) -> frozenset[str]:
        """Return which of other cases are, by name and link, fragile ones of this record."""
        links = {name: self.cases[name]["link"] for name in self.fragile}
        return frozenset(n for n, case in cases.items() if links.get(n) == case["link"])


def path(key: str, folder: Path | None = None) -> Path:
    """Return the file of the page with that key."""
    return (folder or DATA) / f"{key}.json"


def read(key: str, folder: Path | None = None) -> Record:
    """Return what was recorded of a page; nothing where there is no file."""
    file = path(key, folder)
    if not file.exists():
        return Record({}, "")
    kept = json.loads(file.read_text("utf-8"))
    cases = {
        name: case | {"sentences": _unfolded(case["sentences"], kept["always"])}
        for name, case in kept["cases"].items()
    }
    return Record(cases, kept["bits"], frozenset(kept["fragile"]))


def write(key: str, record: Record, folder: Path | None = None) -> None:
    """Write what was recorded of a page; what is said in every case stands there once."""
    every = [case["sentences"] for case in record.cases.values()]
    always = [line for line in dict.fromkeys(every[0]) if all(line in one for one in every)]
    folded = {
        name: case | {"sentences": _folded(case["sentences"], always)}
        for name, case in record.cases.items()
    }
    kept = {
        "always": always,
        "bits": record.bits,
        "cases": folded,
        "fragile": sorted(record.fragile),
    }
    file = path(key, folder)
    file.parent.mkdir(exist_ok=True)
    file.write_text(lines(kept) + "\n", "utf-8")


def _folded(sentences: list[str], always: list[str]) -> list[str | list[int]]:
    """Return the sentences with [first, last] in place of each run out of `always`."""
    folded: list[str | list[int]] = []
    for line in sentences:
        if line not in always:
            folded.append(line)
            continue
        place, run = always.index(line), folded[-1] if folded else ""
        if isinstance(run, list) and run[1] + 1 == place:
            run[1] = place
        else:
            folded.append([place, place])
    return folded


def _unfolded(folded: list[str | list[int]], always: list[str]) -> list[str]:
    """Return the sentences again; see `_folded`."""
    runs = [[item] if isinstance(item, str) else always[item[0] : item[1] + 1] for item in folded]
    return [line for run in runs for line in run]


def lines(value: Any, indent: str = "") -> str:
    """Return JSON with sorted keys: a column, the settings, or a sentence to a line."""
    deeper = indent + " "
    if isinstance(value, dict) and any(isinstance(v, dict) for v in value.values()):
        items = [f"{_flat(key)}: {lines(value[key], deeper)}" for key in sorted(value)]
        return "{\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(deeper + _flat(item) for item in value) + f"\n{indent}]"
    return _flat(value)


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
