"""Training as a stream of records: what the network and its gradients look like as it learns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits, progress
from vanishing.engine.arrays import Array, let_memory_be_reused, shown_as_is
from vanishing.engine.costs import Costly
from vanishing.engine.nets import activations, datasets, heads, initializers, network, optimizers
from vanishing.engine.nets.activations import Activation
from vanishing.engine.nets.datasets import Dataset
from vanishing.engine.nets.records import Pass, Record, find_divergence, measure
from vanishing.engine.progress import Progress
from vanishing.engine.seeds import MAX_SEED, stream

LIMITS: dict[str, tuple[int, int]] = {
    "depth": (1, 100),
    "width": (1, 256),
    "steps": (1, 20_000),
    "seeds": (1, 50),
    "records": (2, 200),
}
"""Smallest and largest value of the whole-number settings; samples, batch and seed see below."""

PRODUCTS = 3
"""Matrix products per layer and step: forward, gradient to the weights, gradient to the input."""

UNIT_COST = 65
"""Time of the elementwise work on one unit for one input, in multiply-adds, but for f and f′."""

CALL_COST = 300_000
"""Time of the NumPy calls of one layer in one step whatever its size, in multiply-adds."""

NORMALIZATION_COST, NORMALIZATION_CALLS = 190, 400_000
"""What normalising a layer adds to the two above, forward and back."""

RECORD_CALLS = 4
"""How many times the calls of a step a record takes."""

UNIT_ARRAYS = 8
"""Arrays of one number per unit and input that live at once: z, a, f′, δ and passing ones."""


@dataclass(frozen=True)
class Settings(Costly):
    """Everything that determines a training run: the same settings give the same records.

    To the last bit on one machine with one BLAS thread; elsewhere sums round otherwise.

    Network s of the stack starts from seed + s; the data are drawn from `seed` for all of them.
    Settings that differ in one field share every draw the field does not determine.

    Attributes
    ----------
    data, samples, noise, scaling
        As in `datasets.load`.
    depth, width, steps, seeds
        Hidden layers, units in each, updates, and networks trained side by side; see `LIMITS`.
    activation, alpha
        As in `activations.get`, for the hidden layers.
    initializer, sigma
        As in `initializers.get`, for every layer.
    bias, bias_value
        As in `initializers.Bias`.
    normalization, skips
        As in `network.Architecture`. Records are taken with the mean and variance of the whole
        data set, which for batch normalisation replaces the published running averages.
    optimizer, learning_rate, momentum
        As in `optimizers.check`.
    batch : int, 0 to samples
        Inputs per step; 0 for the whole data set. Each network shuffles the data for itself.
    records
        The most records a run gives, see `record_steps`.
    dtype : "float32" or "float64"
        Type of all numbers in the network.
    """

    data: str = "spirals"
    samples: int = 400
    noise: float = 0.1
    scaling: str = "standardise"
    depth: int = 8
    width: int = 16
    activation: str = "sigmoid"
    alpha: float | None = None
    initializer: str = "xavier_normal"
    sigma: float = 1.0
    bias: str = "zero"
    bias_value: float = 0.0
    normalization: str = "none"
    skips: str = "none"
    optimizer: str = "gradient_descent"
    learning_rate: float = 0.1
    momentum: float = 0.9
    batch: int = 0
    steps: int = 500
    seed: int = 0
    seeds: int = 1
    records: int = 40
    dtype: str = "float64"

    floors: ClassVar[Mapping[str, int]] = {
        "steps": 100,
        "seeds": 1,
        "width": 1,
        "samples": datasets.MIN_SAMPLES,
        "depth": 1,
    }

    def __post_init__(self) -> None:
        limits.one_of("data", self.data, datasets.KEYS)
        limits.one_of("scaling", self.scaling, datasets.SCALINGS)
        limits.one_of("dtype", self.dtype, network.DTYPES)
        limits.whole("samples", self.samples, *datasets.sample_limits(self.data))
        limits.whole("batch", self.batch, 0, self.samples)
        limits.whole("seed", self.seed, 0, MAX_SEED - LIMITS["seeds"][1])
        for field, ends in LIMITS.items():
            limits.whole(field, getattr(self, field), *ends)
        limits.real("noise", self.noise, 0.0, datasets.MAX_NOISE)
        optimizers.check(self.optimizer, self.learning_rate, self.momentum)
        # These refuse what is out of their own range.
        self.get_activation()
        initializers.get(self.initializer, self.sigma)
        initializers.Bias(self.bias, self.bias_value)
        network.Architecture(self.normalization, self.skips)

    def load(self) -> Dataset:
        """Return the data set."""
        return datasets.load(self.data, self.samples, self.noise, self.seed, self.scaling)

    def draw(self, data: Dataset) -> network.Parameters:
        """Draw the networks for these data."""
        return network.initialize(
            self.widths(data.x.shape[1], data.classes),
            initializers.get(self.initializer, self.sigma),
            initializers.Bias(self.bias, self.bias_value),
            range(self.seed, self.seed + self.seeds),
            self.dtype,
            self.architecture,
        )

    def get_activation(self) -> Activation:
        """Return the activation of the hidden layers."""
        return activations.get(self.activation, self.alpha)

    @property
    def architecture(self) -> network.Architecture:
        """Normalisation and skips."""
        return network.Architecture(self.normalization, self.skips)

    def widths(self, inputs: int, classes: int) -> tuple[int, ...]:
        """Return the units per layer for data with so many inputs and classes (0: regression)."""
        return (inputs, *[self.width] * self.depth, heads.for_classes(classes).width(classes))

    def cost(self) -> int:
        """Return the work of the run in multiply-adds, known before anything is computed.

        Counted are the matrix products and, in multiply-adds that take as long, the elementwise
        work (`UNIT_COST`, and the activation's own) and the calls to NumPy (`CALL_COST`), with
        those of a normalisation.
        """
        _, weights, units = self._counts()
        elementwise = (UNIT_COST + self.get_activation().cost) * units
        calls = CALL_COST * (self.depth + 1)
        if self.architecture.normalizes:
            elementwise += NORMALIZATION_COST * self.depth * self.width
            calls += NORMALIZATION_CALLS * self.depth
        per_input = self.seeds * (PRODUCTS * weights + elementwise)
        step = per_input * (self.batch or self.samples) + calls
        record = per_input * self.samples + RECORD_CALLS * calls
        return self.steps * step + min(self.records, self.steps + 1) * record

    def memory(self) -> int:
        """Return about how many bytes the run needs at its largest, its records included."""
        inputs, weights, units = self._counts()
        rows = self.samples + self.batch
        arrays = UNIT_ARRAYS + self.architecture.normalizes
        per_seed = (weights + units) * (UNIT_ARRAYS + self.records)
        numbers = rows * arrays * (inputs + units) + per_seed
        return self.seeds * numbers * np.dtype(self.dtype).itemsize

    def _counts(self) -> tuple[int, int, int]:
        """Return the inputs, the weights, and the units, each with a bias, of one network."""
        inputs, classes = _shape(self.data)
        outputs = heads.for_classes(classes).width(classes)
        weights = self.width * (inputs + (self.depth - 1) * self.width + outputs)
        return inputs, weights, self.depth * self.width + outputs

    def lowered(self, **changes: Any) -> Self:
        """Return these settings with some fields lowered; a batch is never above the samples."""
        samples = changes.get("samples", self.samples)
        return replace(self, **changes, batch=min(self.batch, samples))


@dataclass(frozen=True, eq=False)
class Run:
    """All records of a run, in order."""

    settings: Settings
    data: Dataset
    records: tuple[Record, ...]

    @property
    def final(self) -> Record:
        """The last record."""
        return self.records[-1]

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to come."""
        return self.final.diverged is not None or self.final.step == self.settings.steps


def record_steps(steps: int, records: int) -> tuple[int, ...]:
    """Return the steps to record: 0, the last, and between them half evenly, half by powers.

    The first steps, where most happens, lie close together. There are at most `records` steps; if
    the run has no more than that, all are recorded.
    """
    if steps < records:
        return tuple(range(steps + 1))
    even = np.linspace(0, steps, records // 2 + 1)
    powers = np.geomspace(1, steps, (records - 1) // 2)
    return tuple(int(step) for step in np.unique(np.rint(np.concatenate([even, powers]))))


def run(settings: Settings, data: Dataset | None = None) -> Run:
    """Train to the end and return all records; arguments and errors as in `train`."""
    data = settings.load() if data is None else data
    return Run(settings, data, progress.records(train(settings, data)))


def runs(settings: Settings) -> Iterator[Run | Progress]:
    """Train, and give the run as far as it has come, with progress in between; see `train`.

    Of the networks only the first keeps its weights in the records: to keep all would cost most of
    the memory.
    """
    data = settings.load()
    items = map(_with_one_network, train(settings, data))
    yield from progress.growing(items, settings.steps, lambda found: Run(settings, data, found))


def _with_one_network(item: Record | Progress) -> Record | Progress:
    if isinstance(item, Progress):
        return item
    return replace(item, parameters=item.parameters.copy(1))


def train(settings: Settings, data: Dataset | None = None) -> Iterator[Record | Progress]:
    """Train the networks and give a record at each of `record_steps`, progress in between.

    The caller may stop at any time. Training ends early, with a record that says where, at the
    first step at which any network of the stack holds inf or NaN: the others could go on, but
    their statistics over seeds would no longer be over the same seeds.

    Something comes every 0.05 s or sooner, unless one step takes longer. `data`, of
    `settings.samples` rows, is by default what the settings name, drawn from `settings.seed`.

    Raises
    ------
    TooCostlyError
        If the run is too large.
    """
    settings.check_cost()
    data = settings.load() if data is None else data
    limits.shape("data.x", data.x, settings.samples, "n")
    wanted = record_steps(settings.steps, settings.records)
    return progress.train(Trainer(settings, data), settings.steps, wanted)


class Trainer:
    """The moving parts of a run: parameters, optimiser state and batches."""

    def __init__(self, settings: Settings, data: Dataset) -> None:
        let_memory_be_reused()
        self.settings = settings
        self.activation = settings.get_activation()
        self.head = heads.for_classes(data.classes)
        self.optimizer = optimizers.get(settings.optimizer)
        self.seeds = tuple(range(settings.seed, settings.seed + settings.seeds))
        self.inputs: Array = data.x[None].astype(settings.dtype)
        self.targets = self.head.encode(data.y, data.classes, settings.dtype)
        drawn = settings.draw(data)
        # All parameters lie in one array, so that an update is one addition; the layers are views.
        self.flat = network.flatten(drawn)
        self.parameters = network.unflatten(self.flat, drawn.widths, settings.architecture)
        self.state = self.optimizer.start(self.flat)
        self.update = network.unflatten(self.state.update, drawn.widths, settings.architecture)
        rows = len(data.x)
        self.batches = [_batches(seed, rows, settings.batch) for seed in self.seeds]

    @shown_as_is
    def step(self) -> Pass:
        """Take the gradient on the next batch and turn it into an update, not yet applied."""
        if self.settings.batch:
            chosen = np.stack([next(batches) for batches in self.batches])
            self.done = self._pass(self.inputs[0][chosen], self.targets[0][chosen])
        else:
            self.done = self._pass(self.inputs, self.targets)
        gradient = network.flatten(self.done.gradients)
        rate, momentum = self.settings.learning_rate, self.settings.momentum
        self.optimizer.step(gradient, self.state, rate, momentum)
        return self.done

    @shown_as_is
    def apply(self) -> None:
        """Make the update."""
        self.flat += self.state.update

    @property
    def broken(self) -> bool:
        """Whether a number that is not finite may stand somewhere; cheap, asked at every step.

        Whatever is not finite reaches the update, except for a loss that overflows by itself; that
        needs outputs so large that their square may overflow.
        """
        z = self.done.trace.zs[-1]
        small = bool(np.abs(z).max() < np.finfo(z.dtype).max ** 0.25)
        return not (small and bool(np.isfinite(self.state.update).all()))

    @shown_as_is
    def record(self, step: int) -> Record:
        """Measure the networks on the whole data set before the update that is waiting."""
        done = self.done
        whole = self._pass(self.inputs, self.targets) if self.settings.batch else done
        present = self.parameters, self.update
        record = measure(step, *present, whole, self.head)
        if not self.broken and record.is_finite():
            return record
        diverged = find_divergence(step, *present, done, self.head, self.seeds)
        if diverged is None:
            diverged = find_divergence(step, *present, whole, self.head, self.seeds)
        return replace(record, diverged=diverged)

    def _pass(self, inputs: Array, targets: Array) -> Pass:
        architecture = self.settings.architecture
        trace = network.forward(self.parameters, inputs, self.activation, self.head, architecture)
        gradients = network.backward(self.parameters, trace, targets, self.head)
        return Pass(trace, targets, gradients)


def _batches(seed: int, rows: int, size: int) -> Iterator[NDArray[np.int64]]:
    """Deal out the rows in batches of `size`, shuffled anew each time all have been dealt."""
    rng = stream(seed, "batches")
    dealt: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    while True:
        while len(dealt) < size:
            dealt = np.concatenate([dealt, rng.permutation(rows)])
        yield dealt[:size]
        dealt = dealt[size:]


@lru_cache(maxsize=len(datasets.KEYS))
def _shape(key: str) -> tuple[int, int]:
    """Return the number of inputs and of classes of a data set."""
    data = datasets.load(key, samples=datasets.MIN_SAMPLES)
    return data.x.shape[1], data.classes
