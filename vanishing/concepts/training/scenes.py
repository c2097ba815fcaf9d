"""What the training page needs and shows, as a pure function of the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vanishing.concepts.training import charts, charts_curves, equations, table, words
from vanishing.concepts.training.facts import Pair
from vanishing.concepts.training.table import PAGE
from vanishing.engine import progress
from vanishing.engine.nets import network, optimizers, training
from vanishing.engine.nets.training import Settings
from vanishing.ui.page import Values
from vanishing.ui.scene import Columns, Scene, apart, in_numbers
from vanishing.ui.work import Ask, Found, Needs

__all__ = ["PAGE", "needs", "scene"]


CODE: Final = (progress.train, training.Trainer.step, network.forward, network.backward)


def needs(v: Values) -> Needs:
    """Return the two runs."""
    return {side: Ask(training.runs, table.settings(v, side), grows=True) for side in table.SIDES}


def _own(side: Settings) -> tuple[Callable[..., Any], ...]:
    """Return a side's own activation, f and f′, and its rule for the update."""
    activation, optimizer = side.get_activation(), optimizers.get(side.optimizer)
    return activation.value_and_slope, optimizer.rule


def scene(v: Values, found: Found) -> Scene:
    """Return both runs side by side, as far as they have come."""
    a, b = (table.settings(v, side) for side in table.SIDES)
    pair = Pair(table.names(a, b), (found["A"], found["B"]))
    gradients = [charts_curves.gradients(pair, side, v.which) for side in (0, 1)]
    return Scene(
        beside=apart(charts.scrubbed(pair, v.which)),
        notice=tuple(words.sentences(pair, v.which)),
        below=(
            Columns(apart(*gradients)),
            charts_curves.score(pair),
            *in_numbers(words.in_numbers(pair)),
        ),
        equations=equations.TRAINING,
        code=tuple(dict.fromkeys((*CODE, *_own(a), *_own(b)))),
    )
