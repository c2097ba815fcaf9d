"""The gradients that the slider shows, shipped with the package: read them, or make them.

``python -m vanishing.concepts.home.gradients`` makes the file anew.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from vanishing.charts.lines import quantiles
from vanishing.concepts.home.table import PAGE, settings
from vanishing.engine.arrays import Array
from vanishing.engine.wide import layers, validity

FILE: Final = Path(__file__).parent / "data" / "gradients.npz"
MAKE: Final = "python -m vanishing.concepts.home.gradients"
DEPTHS: Final[tuple[int, ...]] = PAGE.control("depth").options


@dataclass(frozen=True, eq=False)
class Gradients:
    """RMS of ∂J/∂z in each of L hidden layers, over that of the last; every array is (L,).

    Attributes
    ----------
    low, median, high
        Measured: 10, 50 and 90 % over the seeds.
    theory
        Predicted by mean-field theory.
    gap : str
        Why that does not apply to such nets; empty if it does.
    """

    low: Array
    median: Array
    high: Array
    theory: Array
    gap: str


Nets: TypeAlias = Mapping[str, Gradients]
"""By the name of the net."""


def header() -> str:
    """Return how the file is made: at which depths, and of what nets."""
    nets = {name: asdict(net) for name, net in settings(DEPTHS[-1]).items()}
    return json.dumps({"made by": MAKE, "depths": list(DEPTHS), "nets": nets})


def measure(depth: int) -> Nets:
    """Measure and predict the nets of one depth."""
    return {name: _gradients(layers.at_start(net)) for name, net in settings(depth).items()}


def _gradients(net: layers.Start) -> Gradients:
    assert net.predicted is not None, "the weights of these nets have mean 0"
    low, median, high = quantiles(net.measured.relative("delta").T)
    gap = validity.gap(net.settings, net.predicted)
    return Gradients(low, median, high, np.array(net.predicted.deltas), gap)


def write(nets: Iterable[Nets], file: Path = FILE) -> None:
    """Write the nets of every depth, in the order of `DEPTHS`: 4 rows, depth after depth."""
    rows: dict[str, list[Array]] = {}
    gaps: dict[str, Any] = {}
    for one in nets:
        for name, g in one.items():
            rows.setdefault(name, []).append(np.stack([g.low, g.median, g.high, g.theory]))
            gaps.setdefault(_gaps(name), []).append(g.gap)
    file.parent.mkdir(exist_ok=True)
    tables: dict[str, Any] = {name: np.concatenate(each, axis=1) for name, each in rows.items()}
    np.savez_compressed(file, header=np.array(header()), **tables, **gaps)


def _gaps(name: str) -> str:
    return f"{name}, gap"


def read(file: Path = FILE) -> dict[int, Nets]:
    """Return what a file holds, by depth; ValueError if it was made of other nets or depths."""
    with np.load(file) as whole:
        if str(whole["header"]) != header():
            raise ValueError(f"{file.name} was made of other nets; make it anew: {MAKE}")
        ends = np.cumsum(DEPTHS)[:-1]
        tables = {
            name: (np.split(whole[name], ends, axis=1), whole[_gaps(name)].tolist())
            for name in settings(DEPTHS[-1])
        }
    return {
        depth: {name: _of(rows[i], gaps[i]) for name, (rows, gaps) in tables.items()}
        for i, depth in enumerate(DEPTHS)
    }


def _of(rows: Array, gap: str) -> Gradients:
    low, median, high, theory = rows
    return Gradients(low, median, high, theory, gap)


_opening = threading.Lock()


def at(depth: int) -> Nets:
    """Return the nets of one depth, from the shipped file, which is read once."""
    with _opening:
        return _shipped()[depth]


@cache
def _shipped() -> dict[int, Nets]:
    return read()


if __name__ == "__main__":
    write(map(measure, DEPTHS))
