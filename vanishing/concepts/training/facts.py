"""Two training runs and their gradients, for charts and words alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import network
from vanishing.engine.nets.records import Record
from vanishing.engine.nets.training import Run, record_steps

FIELDS: Final = {"delta": "delta_rms", "weights": "weight_grad_rms", "update": "update_ratio"}


@dataclass(frozen=True, eq=False)
class Pair:
    """Two runs under the names the reader sees, with their records brought to common moments."""

    names: tuple[str, str]
    runs: tuple[Run, Run]

    @property
    def steps(self) -> tuple[int, ...]:
        """Every step at which either run was recorded: the positions one can scrub to.

        While the runs are under way, as far as both have come; one that diverged comes no further.
        """
        going = [run.final.step for run in self.runs if run.final.diverged is None]
        ends = going or [run.final.step for run in self.runs]
        reach = min(ends) if going else max(ends)
        made = {record.step for run in self.runs for record in run.records}
        return tuple(sorted(step for step in made if step <= reach))

    @property
    def budget(self) -> int:
        """The steps asked for."""
        return self.runs[0].settings.steps

    @property
    def moments(self) -> int:
        """How many positions there are once the runs are complete, where none diverges."""
        settings = self.runs[0].settings
        return len(record_steps(settings.steps, settings.records))

    @property
    def diverged(self) -> bool:
        """Whether either run met a number that is not finite."""
        return any(run.final.diverged is not None for run in self.runs)

    @property
    def alike(self) -> bool:
        """Whether the runs are the same, number for number, whatever their settings say.

        It shows at their ends: before the first step all optimisers and step sizes agree.
        """
        if not all(run.finished for run in self.runs):
            return False
        # Losses first: they are few numbers, and tell nearly all runs apart.
        losses = [[(r.step, r.loss.tobytes()) for r in run.records] for run in self.runs]
        if losses[0] != losses[1]:
            return False
        one, other = (network.flatten(run.final.parameters).tobytes() for run in self.runs)
        return one == other

    def records(self, side: int) -> list[Record]:
        """Return one record per position: the last one made by then."""
        made = self.runs[side].records
        at = np.searchsorted([record.step for record in made], self.steps, side="right") - 1
        return [made[i] for i in at]


def gradient(run: Run, which: str) -> Array:
    """Return one kind of gradient, shape (records, S, L)."""
    return np.stack([getattr(record, FIELDS[which]) for record in run.records])
