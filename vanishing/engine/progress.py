"""The one training loop, and how far a long computation has come."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

YIELD_SECONDS = 0.03
"""A run gives its caller a chance to act after this time, or after one step if that is longer."""


@dataclass(frozen=True)
class Progress:
    """A sign of life: `step` of `steps` are made; `words` say it where that needs more."""

    step: int
    steps: int
    words: str = ""


class Recorded(Protocol):
    """A record of a run."""

    @property
    def step(self) -> int:
        """Updates made before it."""
        ...

    @property
    def diverged(self) -> object:
        """Set where the run met a number that is not finite, and ended."""
        ...


R = TypeVar("R", bound=Recorded)
R_co = TypeVar("R_co", bound=Recorded, covariant=True)
T = TypeVar("T")


class Trains(Protocol[R_co]):
    """What can be trained step by step."""

    @property
    def broken(self) -> bool:
        """Whether a number that is not finite may stand somewhere; cheap, asked at every step."""
        ...

    def step(self) -> object:
        """Take the gradient and turn it into an update, not yet applied."""
        ...

    def record(self, step: int) -> R_co:
        """Measure the networks before the update that is waiting."""
        ...

    def apply(self) -> None:
        """Make the update."""
        ...


def train(trainer: Trains[R], steps: int, wanted: Collection[int]) -> Iterator[R | Progress]:
    """Make so many steps; give a record at those wanted, and progress in between.

    Ends early at the first step at which a record says that the run has diverged.
    """
    spoken = time.perf_counter()
    for step in range(steps + 1):
        trainer.step()
        if step in wanted or trainer.broken:
            record = trainer.record(step)
            if step in wanted or record.diverged:
                yield record
                spoken = time.perf_counter()
            if record.diverged:
                return
        elif time.perf_counter() - spoken > YIELD_SECONDS:
            yield Progress(step, steps)
            spoken = time.perf_counter()
        trainer.apply()


def records(items: Iterable[R | Progress]) -> tuple[R, ...]:
    """Return the records of a run that is made to its end."""
    return tuple(item for item in items if not isinstance(item, Progress))


def growing(
    items: Iterable[R | Progress], steps: int, make: Callable[[tuple[R, ...]], T]
) -> Iterator[T | Progress]:
    """Give what is made of the records so far, after each of them, with progress in between."""
    found: tuple[R, ...] = ()
    for item in items:
        # First: who stops in between has come at least as far as what is made.
        yield Progress(item.step, steps)
        if not isinstance(item, Progress):
            found = (*found, item)
            yield make(found)
