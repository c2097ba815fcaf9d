"""Tasks that only a memory can solve: a value is shown early, and asked for at the end."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array

INPUTS = 2
"""Components of an input x_t: a value from [0, 1], and a mark that is 1 where it counts."""

MIN_LENGTH, MAX_LENGTH = 2, 200


@dataclass(frozen=True)
class Task:
    """A memory task: how many values of a sequence count (`marks`), and what is to be answered."""

    key: str
    name: str
    marks: int
    about: str
    source: str

    @property
    def baseline(self) -> float:
        """The mean squared error of always answering the mean.

        It is the variance of the answer, 1/12 for each value that counts: 1/6 for two.
        """
        return self.marks / 12.0

    @property
    def mean(self) -> float:
        """The mean of the answer."""
        return self.marks / 2.0


class Sequences(NamedTuple):
    """Sequences x_1 … x_T of value and mark, x (T, …, B, 2), and their answers y (…, B).

    For one net, or for S nets on the axis in between.
    """

    x: Array
    y: Array


_TASKS = {
    "recall": Task(
        "recall",
        "Delayed recall",
        1,
        "Only the first value is marked; the answer, after the last step, is that value.",
        "after Bengio, Simard & Frasconi (1994), the latching problem",
    ),
    "adding": Task(
        "adding",
        "Adding problem",
        2,
        "One value of the first half and one of the second is marked; the answer is their sum.",
        "Hochreiter & Schmidhuber (1997), section 5.4, as in Le, Jaitly & Hinton (2015)",
    ),
}
KEYS: tuple[str, ...] = tuple(_TASKS)


def get(key: str) -> Task:
    """Return the task called `key`."""
    limits.one_of("task", key, KEYS)
    return _TASKS[key]


def sequences(task: Task, length: int, batch: int, rng: np.random.Generator) -> Sequences:
    """Draw B = `batch` sequences of T = `length`, from 2 to 200, for one net; `rng` is moved on."""
    limits.whole("length", length, MIN_LENGTH, MAX_LENGTH)
    limits.whole("batch", batch, 1)
    values = rng.random((length, batch))
    marks = np.zeros((length, batch))
    columns = np.arange(batch)
    for place in _places(task, length, batch, rng):
        marks[place, columns] = 1.0
    return Sequences(np.stack([values, marks], axis=-1), (values * marks).sum(axis=0))


def _places(
    task: Task, length: int, batch: int, rng: np.random.Generator
) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return where each sequence's marks stand, from 0."""
    if task.marks == 1:
        return [np.zeros(batch, dtype=np.int64)]
    half = math.ceil(length / 2)
    return [rng.integers(0, half, batch), rng.integers(half, length, batch)]
