"""Two training runs and their gradients, for charts and words alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets.records import Record
from vanishing.engine.nets.training import Run

FIELDS: Final = {"delta": "delta_rms", "weights": "weight_grad_rms", "update": "update_ratio"}


@dataclass(frozen=True, eq=False)
class Pair:
    """Two runs under the names the reader sees, with their records brought to common moments."""

    names: tuple[str, str]
    runs: tuple[Run, Run]

    @property
    def steps(self) -> tuple[int, ...]:
        """Every step at which either run was recorded: the positions one can scrub to."""
        return tuple(sorted({record.step for run in self.runs for record in run.records}))

    def records(self, side: int) -> list[Record]:
        """Return one record per position: the last one made by then."""
        made = self.runs[side].records
        at = np.searchsorted([record.step for record in made], self.steps, side="right") - 1
        return [made[i] for i in at]


def gradient(run: Run, which: str) -> Array:
    """Return one kind of gradient, shape (records, S, L)."""
    return np.stack([getattr(record, FIELDS[which]) for record in run.records])
