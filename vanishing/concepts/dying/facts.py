"""How far runs came, for charts and words alike."""

from __future__ import annotations

from collections.abc import Collection

from vanishing.engine.dead.runs import DeadRun
from vanishing.text import count


def when(runs: Collection[DeadRun]) -> str:
    """Name the moment of the last records: the end, unless a run stopped or diverged before it."""
    whole = all(run.steps[-1] == run.settings.steps for run in runs)
    return "at the end" if whole else "at the last record"


def after(runs: Collection[DeadRun]) -> str:
    """Say after how many steps that is, of those that did not diverge."""
    ends = sorted(int(run.steps[-1]) for run in runs if run.diverged is None)
    if not ends:
        return "as far as each came"
    least, most = ends[0], count(ends[-1], "step")
    return f"after {most}" if least == ends[-1] else f"after {least:,} to {most}, as far as it came"
