"""What experiments on networks have in common."""

import math
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import TypeVar

from vanishing.engine.depth.limits import Budget
from vanishing.engine.nets import training
from vanishing.engine.progress import Progress
from vanishing.engine.wide import layers
from vanishing.evidence.finding import Line, line

Settings = TypeVar("Settings", training.Settings, layers.Settings, Budget)
Run = TypeVar("Run")


def seeded(settings: Settings, seed: int) -> Settings:
    """Return settings with networks of their own for each seed."""
    return replace(settings, seed=seed * settings.seeds)


def in_turn(
    runs: Callable[[Settings], Iterable[Run | Progress]], seed: int, **wanted: Settings
) -> Generator[float, None, dict[str, Run]]:
    """Run one setting after the other, telling the share done; return each one's whole run."""
    found: dict[str, Run] = {}
    for done, (name, settings) in enumerate(wanted.items()):
        for item in runs(seeded(settings, seed)):
            if isinstance(item, Progress):
                yield (done + item.step / item.steps) / len(wanted)
            else:
                found[name] = item
    return found


def by_layer(name: str, start: layers.Start, told: str = "") -> tuple[Line, ...]:
    """Return ∂J/∂z of fresh nets by layer, and what theory says of it, where it says something."""
    places = range(1, start.settings.depth + 1)
    measured = line(name, places, start.measured.relative("delta"))
    if start.predicted is None:
        return (measured,)
    theory = line(told or f"{name}, predicted", places, start.predicted.deltas, "predicted")
    return measured, theory


def arrives(settings: layers.Settings) -> float:
    """Return how much of ∂J/∂z should arrive in layer 1, as a share of the last layer's."""
    predicted = layers.predict(settings)
    return predicted.deltas[0] if predicted else math.nan
