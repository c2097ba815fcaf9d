"""Where a word stands beside its line: where other lines leave most room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from vanishing.engine.arrays import Array

PICTURE: Final = np.array([300.0, 200.0])
"""Pixels of a small picture, in which a word is given its place; in a larger one it has more."""

LETTER, TALL, AWAY = 5.8, 13.0, 4.0
"""Pixels of a letter's width, of a line of writing, and between a word and its point."""

FREE: Final = 12.0
"""More pixels than this around a word are not better."""

SAMPLES, TRIED = 60, 16
"""Points of a line that are looked at, and places on it that are tried, about."""

BEGIN: Final = 0.3
"""Share of a line where no word stands: there lines often begin together."""

ON: Final = "on"
SIDES: Final = {
    f"{over} {side}": (x, y)
    for over, y in (("above", 1), ("below", -1))
    for side, x in (("right", 1), ("left", -1))
} | {ON: (0, 0)}
"""Where a word lies from its point: its first or last letter is next to that, or it is on it."""


def _by_place(**values: Any) -> dict[str, str]:
    cases = "".join(f"indexof(datum.place, '{at}') >= 0 ? {v!r} : " for at, v in values.items())
    return {"expr": f"{cases}0"}


STANDS: Final[dict[str, Any]] = {
    "align": _by_place(left="right", right="left", on="center"),
    "baseline": _by_place(above="bottom", below="top", on="middle"),
    "dx": _by_place(left=-AWAY, right=AWAY),
    "dy": _by_place(above=-AWAY, below=AWAY),
}
"""How a text mark with the column place, one of `SIDES` or empty, is drawn."""


class Spot(NamedTuple):
    """A place: the point of the line, the side, and how much is free around the word."""

    point: int
    place: str
    free: float


def corners(word: str, points: Array, place: str) -> Array:
    """Return a word's lower left and upper right corner, (2, …, 2), in shares of the picture."""
    size, side = np.array([LETTER * len(word), TALL]), np.array(SIDES[place])
    middle = points * PICTURE + side * (AWAY + size / 2)
    found: Array = np.stack([middle - size / 2, middle + size / 2]) / PICTURE
    return found


def spot(word: str, line: Array, others: Sequence[Array]) -> Spot | None:
    """Return where a word stands on its line, (K, 2), or None if nowhere within the picture.

    All are in shares of the picture. Among places with as much room the last one is taken.
    """
    tried = np.unique(np.linspace(BEGIN * (len(line) - 1), len(line) - 1, TRIED).round())
    points = tried.astype(int)
    own, rest = sampled(line), np.concatenate([np.empty((0, 2)), *map(sampled, others)])
    best = None
    for place in SIDES:
        boxes = corners(word, line[points], place) * PICTURE
        free = np.minimum(FREE, _room(boxes, rest))
        # Its own line may come near, but cross it only in its middle, if there is no better.
        free -= AWAY if place == ON else np.maximum(0.0, -_room(boxes, own))
        free[~((boxes >= 0) & (boxes <= PICTURE)).all(axis=(0, 2))] = -np.inf
        last = len(free) - 1 - int(free[::-1].argmax())
        if np.isfinite(free[last]) and (best is None or free[last] > best.free):
            best = Spot(int(points[last]), place, float(free[last]))
    return best


def sampled(line: Array) -> Array:
    """Return points along a line, in pixels."""
    known = np.arange(len(line))
    at = np.linspace(0, len(line) - 1, SAMPLES)
    found: Array = np.stack([np.interp(at, known, line[:, i]) for i in (0, 1)], axis=1) * PICTURE
    return found


def _room(boxes: Array, points: Array) -> Array:
    """Return how far the nearest of some points is from each box; below 0, how many lie in it."""
    low, high = boxes[:, :, None]
    beyond = np.maximum(np.maximum(low - points, points - high), 0.0)
    away = np.hypot(beyond[..., 0], beyond[..., 1])
    inside = (away == 0.0).sum(axis=1)
    found: Array = np.where(inside, -inside, np.fmin.reduce(away, axis=1, initial=FREE))
    return found
