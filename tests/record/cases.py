"""What is recorded of each page: its defaults, views, presets, and settings drawn at random."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from vanishing.concepts.dying import scenes as dying
from vanishing.concepts.dying.table import PAGE as DYING
from vanishing.concepts.layers import table as layers
from vanishing.concepts.recurrent import table as recurrent
from vanishing.concepts.training import table as training
from vanishing.engine.dead import units as dead_units
from vanishing.ui import trials
from vanishing.ui.controls import Control, Value
from vanishing.ui.frame import Values
from vanishing.ui.page import Page

SEED = 20
DRAWN = 20
"""Settings drawn at random, for each page."""
REFUSED = 3
"""Settings that are too large, drawn at random, for each page that refuses any."""
TRIES = 20_000

VIEWS: Final[Mapping[str, Sequence[str]]] = {
    "gd": ("view", "surface"),
    "train": ("which",),
    "deep": ("rows",),
    "claim": ("of", "sort"),
    "paper": ("of",),
}
"""Controls whose every option is a case, by page; ``view`` where nothing is said."""


def cases(page: Page) -> dict[str, dict[str, Value]]:
    """Return the settings to record, by name; among them controls that are not drawn there."""
    views = [page.control(name) for name in _views(page)]
    found: dict[str, dict[str, Value]] = {"default": {}}
    for control in views:
        found |= {f"{control.name} {o}": {control.name: o} for o in control.options}
    found |= {f"preset {preset.name}": dict(preset.values) for preset in page.presets}
    rng = np.random.default_rng([SEED, zlib.crc32(page.key.encode())])
    turns = views[:1] if views and len(views[0].options) <= DRAWN else []
    cheap = _draw(page, rng, lambda v: seconds(page, v) <= CHEAP, turns)
    found |= {f"drawn {i + 1:02}": next(cheap) for i in range(DRAWN)}
    if page.key in TOO_LARGE:
        large = _draw(page, rng, TOO_LARGE[page.key])
        found |= {f"too large {i + 1}": next(large) for i in range(REFUSED)}
    return found


def _views(page: Page) -> Sequence[str]:
    default = [control.name for control in page.controls if control.name == "view"]
    return VIEWS.get(page.key, default)


def _draw(
    page: Page,
    rng: np.random.Generator,
    wanted: Callable[[Values], bool],
    turns: Sequence[Control] = (),
) -> Iterator[dict[str, Value]]:
    """Give wanted settings drawn uniformly; controls of `turns` take their options in turn."""
    number = 0
    while True:
        fixed = {c.name: c.options[number % len(c.options)] for c in turns}
        for _ in range(TRIES):
            values = {c.name: _value(c, rng) for c in page.controls} | fixed
            if wanted(Values(values)):
                yield values
                break
        else:
            raise RuntimeError(f"{page.key}: none of {TRIES:,} settings with {fixed} is wanted")
        number += 1


def _value(control: Control, rng: np.random.Generator) -> Any:
    if control.kind == "many":
        chosen = rng.integers(1, 2 ** len(control.options))
        return tuple(o for i, o in enumerate(control.options) if chosen >> i & 1)
    return control.options[rng.integers(len(control.options))]


# --- what they cost ------------------------------------------------------------------------------

CHEAP = 0.4
"""What a drawn setting may cost at most, in seconds, about."""

RATE = 1e10
"""Multiply-adds a second."""


def seconds(page: Page, v: Values) -> float:
    """Return about how long a page computes; 0 where no setting takes long."""
    return COSTS[page.key](v) if page.key in COSTS else 0.0


def _layers(v: Values) -> float:
    return layers.settings(v).cost() / RATE


def _training(v: Values) -> float:
    return sum(training.settings(v, side).cost() for side in training.SIDES) / RATE


def _dying(v: Values) -> float:
    match v.view:
        case "neuron":
            return 0.0
        case "born":
            nets = [(v.layers, int(n)) for n in v.widths] + [(v.at, n) for n in range(1, 13)]
            # So narrow nets take about 2 s for the largest cost that is allowed.
            cost = sum(dead_units.born_dead_cost(*net, v.draws, 2, 1) for net in nets)
            return 2.0 * cost / dead_units.MAX_BORN_DEAD_COST
        case "causes":
            runs = sum(len(DYING.control(name).options) for name in ("rate", "bias"))
        case "leaky":
            runs = len(dying.RIVALS)
        case "remedies":
            runs = len(dying.REMEDIES)
        case _:
            runs = 1
    return runs * dying.settings(v).cost() / RATE


def _recurrent(v: Values) -> float:
    if v.view == "learn":
        return recurrent.cost(v) / RATE
    if v.init == recurrent.COUNTER:
        return 0.0
    return sum(recurrent.recurrence(v, key).cost() for key in v.f) / RATE


def _evidence(v: Values) -> float:
    """Of an experiment, of which budgets allow about ten times what they take here."""
    entry = trials.entry(v.of)
    return (np.inf if entry.timed else entry.budget / 10) if v.live else 0.0


COSTS: Final[Mapping[str, Callable[[Values], float]]] = {
    "lay": _layers,
    "train": _training,
    "dying": _dying,
    "rnn": _recurrent,
    "claim": _evidence,
    "paper": _evidence,
}

TOO_LARGE: Final[Mapping[str, Callable[[Values], bool]]] = {
    "lay": lambda v: not layers.settings(v).fits(),
    "train": lambda v: not training.fits(*(training.settings(v, side) for side in training.SIDES)),
    "rnn": lambda v: v.view == "learn" and not recurrent.fits(v),
}
"""Settings that a page refuses."""
