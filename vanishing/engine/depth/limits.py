"""How deep a technique still trains: one cell per technique and depth, and the limit they give."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from vanishing.engine import limits, progress
from vanishing.engine.arrays import Array, shown_as_is
from vanishing.engine.nets import (
    activations,
    initializers,
    network,
    normalization,
    training,
)
from vanishing.engine.progress import Progress
from vanishing.engine.wide import criticality, layers, validity

DEPTHS = (1, 2, 3, 5, 8, 12, 20, 30, 50, 100)
"""Hidden layers that are tested: each about 1.6 times the last."""

ENOUGH = 0.99
"""Once the median reaches this accuracy, no further step size is tried."""

LOST_CHECK = 10
"""Steps between two looks at whether all networks have diverged."""


@dataclass(frozen=True, order=True)
class Technique:
    """What is done against vanishing gradients: one choice of each kind.

    The names are those of `activations.get`, `initializers.get` and `network.Architecture`.
    """

    activation: str
    initializer: str
    normalization: str = "none"
    skips: str = "none"

    def differing(self, other: "Technique") -> tuple[str, ...]:
        """Return the names of the fields in which two techniques differ."""
        names = [each.name for each in fields(self)]
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))


ARTICLE = Technique("sigmoid", "normal_unit")
"""Where the article starts: sigmoid units and weights from N(0, 1), and nothing else."""

CHOICES: dict[str, tuple[str, ...]] = {
    "activation": ("sigmoid", "tanh", "relu"),
    "initializer": ("normal_unit", "uniform_standard", "xavier_normal", "he_normal"),
    "normalization": normalization.KEYS,
    "skips": network.SKIPS,
}
"""What is combined with what; the article's choice stands first."""

TECHNIQUES: tuple[Technique, ...] = tuple(Technique(*keys) for keys in product(*CHOICES.values()))
"""Every combination."""


@dataclass(frozen=True)
class Budget:
    """On what, and for how long, every technique may train: fields as in `training.Settings`.

    Biases start at 0, momentum is 0.9, inputs are standardised. The step sizes η are tried in
    their order; the best one counts.
    """

    data: str = "digits"
    samples: int = 400
    batch: int = 50
    steps: int = 300
    width: int = 32
    seeds: int = 5
    seed: int = 0
    optimizer: str = "momentum"
    step_sizes: tuple[float, ...] = (0.03, 0.3, 0.003)
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if not self.step_sizes:
            limits.refuse("step_sizes", "at least one step size", self.step_sizes)


SHIPPED = Budget()
"""The budget of the table that comes with the package."""


@dataclass(frozen=True)
class Cell:
    """One technique at one depth on one budget: a plain value that can be computed anywhere.

    TooCostlyError, a ValueError, if a run is too large.
    """

    technique: Technique
    depth: int
    budget: Budget = SHIPPED
    _cost: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        settings = self.settings(self.budget.step_sizes[0])
        settings.check_cost()
        # Each step size costs the same. Counted here, for thousands of cells, once.
        object.__setattr__(self, "_cost", len(self.budget.step_sizes) * settings.cost())

    def settings(self, step_size: float) -> training.Settings:
        """Return the run with one of the step sizes."""
        technique, budget = self.technique, self.budget
        return training.Settings(
            data=budget.data,
            samples=budget.samples,
            depth=self.depth,
            width=budget.width,
            activation=technique.activation,
            initializer=technique.initializer,
            normalization=technique.normalization,
            skips=technique.skips,
            optimizer=budget.optimizer,
            learning_rate=step_size,
            batch=budget.batch,
            steps=budget.steps,
            seed=budget.seed,
            seeds=budget.seeds,
            records=2,
            dtype=budget.dtype,
        )

    def cost(self) -> int:
        """Return the most multiply-adds it can take: those of all its step sizes."""
        return self._cost


@lru_cache(maxsize=10_000)
def checked(technique: Technique, depth: int, budget: Budget) -> Cell:
    """Return a cell, which is checked once however often it is asked for."""
    return Cell(technique, depth, budget)


@dataclass(frozen=True)
class Outcome:
    """How well the networks of a cell answer after the last step, with the step size that counts.

    `accuracies` holds the share of right answers of each network, over the data it trained on (R²
    for regression); 0 for a network that diverged, which gives no answers. `diverged` is how many
    did: the other zeros are of networks that give answers, and none of them right.
    """

    step_size: float
    accuracies: tuple[float, ...]
    diverged: int = 0

    @property
    def median(self) -> float:
        """The median accuracy over the networks."""
        return statistics.median(self.accuracies)


def measure(cell: Cell) -> Outcome:
    """Return what `measures` gives in the end."""
    *_, outcome = (item for item in measures(cell) if isinstance(item, Outcome))
    return outcome


def measures(cell: Cell) -> Iterator[Outcome | Progress]:
    """Train a cell's networks with each step size, and give the best outcome so far.

    The best is the one with the largest median; of several, the first. Step sizes that follow one
    that reaches `ENOUGH` are not tried: no threshold up to `ENOUGH` can tell the difference. The
    outcome is the same on one machine at any time; elsewhere, matrix products may round otherwise.
    """
    outcomes: list[Outcome] = []
    sizes, steps = cell.budget.step_sizes, cell.budget.steps
    for tried, step_size in enumerate(sizes):
        for item in progress.train(_Networks(cell.settings(step_size)), steps, {steps}):
            if isinstance(item, Progress):
                yield Progress(tried * steps + item.step, len(sizes) * steps)
            else:
                outcomes.append(Outcome(step_size, item.accuracies, item.gone))
        yield max(outcomes, key=lambda outcome: outcome.median)
        if outcomes[-1].median >= ENOUGH:
            return


@dataclass(frozen=True)
class _Answers:
    """How well the networks answer after so many steps, and how many cannot any more."""

    step: int
    accuracies: tuple[float, ...]
    gone: int

    @property
    def diverged(self) -> bool:
        """Whether none can."""
        return self.gone == len(self.accuracies)


class _Networks(training.Trainer):
    """Networks that are trained until the last of them has diverged."""

    def __init__(self, settings: training.Settings) -> None:
        super().__init__(settings, settings.load())
        self._steps = 0

    @property
    def broken(self) -> bool:
        """Whether all networks have diverged; looked at every `LOST_CHECK` steps."""
        self._steps += 1
        return self._steps % LOST_CHECK == 0 and not _alive(self.flat).any()

    @shown_as_is
    def record(self, step: int) -> _Answers:  # type: ignore[override]
        """Measure how well the networks answer over the data that they train on."""
        alive = _alive(self.flat)
        if not alive.any():
            return _Answers(step, (0.0,) * len(alive), len(alive))
        # Networks that diverged answer with inf and NaN, next to those that did not.
        architecture = self.settings.architecture
        trace = network.forward(
            self.parameters, self.inputs, self.activation, self.head, architecture
        )
        answers = trace.activations[-1]
        scores = self.head.score(answers, self.targets)
        alive &= _alive(answers)
        # R² can fall below 0; that is no more learned than 0 is.
        right = tuple(max(float(s), 0.0) if a else 0.0 for s, a in zip(scores, alive, strict=True))
        return _Answers(step, right, int((~alive).sum()))


def _alive(values: Array) -> Any:
    """Tell of each network, the first axis, whether all its numbers are finite."""
    return np.isfinite(values).all(axis=tuple(range(1, values.ndim)))


def depth_scale(technique: Technique, width: int = SHIPPED.width) -> float:
    """Return ξ, the layers over which a wide net's squared gradient changes by a factor e.

    ξ = 1/|ln χ|, from 0, at initialisation with biases of 0 (Schoenholz et al. 2017, eq. 9); inf
    where the change grows more slowly than any such power, which can be large all the same.
    Whether it vanishes or explodes says `explodes`. A scale of depth, not a prediction of accuracy:
    they found nets trainable down to about 6 ξ.
    """
    return abs(_signed_scale(technique, width))


def explodes(technique: Technique, width: int = SHIPPED.width) -> bool:
    """Tell whether a wide net's gradient grows e-fold on the way back, and does not shrink so."""
    return _signed_scale(technique, width) < 0.0


@lru_cache(maxsize=1_000)
def _signed_scale(technique: Technique, width: int) -> float:
    weight_variance = width * initializers.get(technique.initializer).variance(width, width)
    return criticality.depth_scale(
        activations.get(technique.activation),
        weight_variance,
        0.0,
        technique.normalization,
        technique.skips,
    )


class Reach(NamedTuple):
    """How deep nets may be for theory to apply, and what it makes of ∂J/∂z on the way back."""

    depth: int
    factor: float


@lru_cache(maxsize=1_000)
def theory_reach(
    technique: Technique, width: int = SHIPPED.width, batch: int = SHIPPED.batch
) -> Reach:
    """Return the largest of `DEPTHS` down to which theory applies to nets so wide; 0 for none.

    Its factor is that of ∂J/∂z, predicted, from the last hidden layer of such a net to its first; 1
    for none. The rule is that of `wide.validity`, for digits, before the first step.

    Notes
    -----
    Measured were 20 nets each of every technique with 8, 16 and 32 units and 3, 8, 20 and 50
    layers, down to here: the median gradient of layer 1 was more than a factor of 2 off theory's
    in 4 of 902. What ξ alone says, a factor e^(±(L − 1)/2ξ), was so in 11 of 198, none of them of 3
    layers. Where ξ = ∞ the gradient changed by more than a factor of 10 in 64 of 704.
    """
    reached, factor = 0, 1.0
    for depth in DEPTHS:
        nets = layers.Settings(
            activation=technique.activation,
            initializer=technique.initializer,
            normalization=technique.normalization,
            skips=technique.skips,
            depth=depth,
            width=width,
            samples=batch,
        )
        # Refused without theory where nets are too deep for their width anyway.
        if depth > max(1.0, validity.STRETCH * width):
            break
        predicted = layers.predict(nets)
        if predicted is None or validity.gap(nets, predicted):
            break
        reached, factor = depth, predicted.deltas[0]
    return Reach(reached, factor)


@dataclass(frozen=True)
class Limit:
    """The depth down to which a technique trains.

    Attributes
    ----------
    depth : int
        The largest depth of the grid at which, and at every smaller depth of the grid, the median
        accuracy reaches the threshold; 0 if it fails at the smallest.
    known : bool
        Whether the next depth was measured, and fails. Otherwise the limit is `depth` or more:
        nothing deeper is in the grid, or it is not computed yet.
    beyond : tuple of int
        Deeper depths that reach the threshold after a gap; they do not count.
    """

    depth: int
    known: bool
    beyond: tuple[int, ...] = ()


def limit(medians: Mapping[int, float], threshold: float, depths: Sequence[int] = DEPTHS) -> Limit:
    """Return the limit that the medians by depth give; missing depths are not known yet.

    The threshold is above 0 and at most `ENOUGH`.
    """
    limits.real("threshold", threshold, 0.0, ENOUGH, above=True)
    reached = 0
    for depth in depths:
        if depth not in medians or medians[depth] < threshold:
            break
        reached = depth
    deeper = [depth for depth in depths if depth > reached]
    known = bool(deeper) and deeper[0] in medians
    beyond = [depth for depth in deeper if known and medians.get(depth, 0.0) >= threshold]
    return Limit(reached, known, tuple(beyond))


def ladder(technique: Technique, start: Technique = ARTICLE) -> tuple[Technique, ...]:
    """Return the way from `start` to `technique`, one change at a time.

    Initialisation changes first, then activation, normalisation and skips; what is the same in
    both is no step.
    """
    steps = [start]
    for name in ("initializer", "activation", "normalization", "skips"):
        choice: dict[str, str] = {name: getattr(technique, name)}
        changed = replace(steps[-1], **choice)
        if changed != steps[-1]:
            steps.append(changed)
    return tuple(steps)


def single_changes(
    start: Technique = ARTICLE, techniques: Iterable[Technique] = TECHNIQUES
) -> tuple[Technique, ...]:
    """Return the techniques that differ from `start` in exactly one field."""
    return tuple(technique for technique in techniques if len(technique.differing(start)) == 1)


def cells(techniques: Sequence[Technique], budget: Budget = SHIPPED) -> tuple[Cell, ...]:
    """Return the cells of some techniques at every depth, the most telling first.

    The grid of depths is halved again and again: after a few cells of each technique one sees
    about where its limit lies.
    """
    return tuple(
        checked(technique, depth, budget) for depth in _halving(DEPTHS) for technique in techniques
    )


def _halving(values: Sequence[int]) -> Iterator[int]:
    """Give the middle value, then the middles of both halves, and so on."""
    parts = [values]
    while parts:
        part = parts.pop(0)
        if part:
            middle = len(part) // 2
            yield part[middle]
            parts += [part[:middle], part[middle + 1 :]]
