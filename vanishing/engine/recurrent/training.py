"""Training recurrent cells on a memory task, as a stream of records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vanishing.engine import limits, progress
from vanishing.engine.arrays import Array, BoolArray, let_memory_be_reused, shown_as_is
from vanishing.engine.costs import Costly
from vanishing.engine.nets import measures, optimizers
from vanishing.engine.nets.network import DTYPES
from vanishing.engine.progress import Progress
from vanishing.engine.recurrent import cells
from vanishing.engine.recurrent import tasks as memory_tasks
from vanishing.engine.recurrent.unrolled import (
    ACTIVATIONS,
    INITIALIZERS,
    MAX_GAIN,
    recurrent_weights,
)
from vanishing.engine.seeds import MAX_SEED, stream

LIMITS: dict[str, tuple[int, int]] = {
    "length": (memory_tasks.MIN_LENGTH, memory_tasks.MAX_LENGTH),
    "units": (1, 128),
    "batch": (1, 200),
    "steps": (1, 20_000),
    "seeds": (1, 50),
    "records": (2, 200),
    "seed": (0, MAX_SEED - 50),
}
"""Smallest and largest value of the whole-number settings."""

MAX_THRESHOLD = 1e6
MAX_FORGET = 10.0

PRODUCTS = 3
"""Matrix products per time step: forward, and the gradients to the state and to the weights."""

UNIT_COST = 20
"""Time of the elementwise work on one gate of one unit for one input, but for f and f′."""

CALL_COST = 200_000
"""Time of the NumPy calls of one gate at one time step whatever its size, in multiply-adds."""

UNIT_ARRAYS = 6.5
"""Arrays of one number per time, gate and sequence that live at once: 4.6 (LSTM) to 6.2."""

TEST_SEQUENCES = 100
"""Sequences a record is measured on; no net trains on them."""


@dataclass(frozen=True)
class Settings(Costly):
    """Everything that determines a run: the same settings give the same records.

    To the last bit on one machine with one BLAS thread; elsewhere sums round otherwise.

    Net s of the stack starts from seed + s. Settings that differ in one field share every draw
    that the field does not determine; so two cells meet the same sequences in the same order.
    `LIMITS` bounds the whole numbers.

    Attributes
    ----------
    length : int
        T: steps from the first input to the answer.
    activation, initializer, gain
        Of the plain cell, as in `recurrent.Recurrence`; the LSTM does not use them.
    forget : float, −10 to 10
        Initial bias of the LSTM's forget gate.
    units : int
        n.
    threshold : float, 0 to 1e6
        c of clipping, see `clip`; 0 does not clip.
    optimizer, learning_rate, momentum
        As in `optimizers.check`; the momentum is only used by the optimiser of that name.
    batch : int
        New sequences per step.
    seeds : int
        Nets trained side by side.
    records : int
        The most records a run gives, see `record_steps`.
    """

    task: str = "adding"
    length: int = 40
    cell: str = "plain"
    activation: str = "tanh"
    initializer: str = "gaussian"
    gain: float = 1.0
    forget: float = 1.0
    units: int = 16
    threshold: float = 0.0
    optimizer: str = "adam"
    learning_rate: float = 0.01
    momentum: float = 0.9
    batch: int = 20
    steps: int = 400
    seed: int = 0
    seeds: int = 5
    records: int = 25
    dtype: str = "float32"

    floors: ClassVar[Mapping[str, int]] = {
        "steps": 100,
        "seeds": 1,
        "batch": 1,
        "units": 1,
        "length": 2,
    }

    def __post_init__(self) -> None:
        limits.one_of("task", self.task, memory_tasks.KEYS)
        limits.one_of("cell", self.cell, cells.KEYS)
        limits.one_of("activation", self.activation, ACTIVATIONS)
        limits.one_of("initializer", self.initializer, INITIALIZERS)
        limits.one_of("dtype", self.dtype, DTYPES)
        for field, ends in LIMITS.items():
            limits.whole(field, getattr(self, field), *ends)
        limits.real("gain", self.gain, 0.0, MAX_GAIN)
        limits.real("forget", self.forget, -MAX_FORGET, MAX_FORGET)
        limits.real("threshold", self.threshold, 0.0, MAX_THRESHOLD)
        optimizers.check(self.optimizer, self.learning_rate, self.momentum)

    def get_cell(self) -> cells.Cell:
        """Return the cell."""
        return cells.get(self.cell, self.activation)

    def cost(self) -> int:
        """Return the work of the run in multiply-adds, known before anything is computed."""
        cell, n = self.get_cell(), self.units
        gates = cell.gates
        per_sequence = self.seeds * gates * n * (PRODUCTS * n + UNIT_COST + cell.cost)
        step = CALL_COST * gates + per_sequence * self.batch
        record = CALL_COST * gates + per_sequence * TEST_SEQUENCES
        return self.length * (self.steps * step + min(self.records, self.steps + 1) * record)

    def memory(self) -> int:
        """Return about how many bytes the run needs at its largest."""
        numbers = self.seeds * self.get_cell().gates * self.units * self.length
        rows = max(self.batch, TEST_SEQUENCES)
        return int(numbers * UNIT_ARRAYS * rows * np.dtype(self.dtype).itemsize)


@dataclass(frozen=True, eq=False)
class Record:
    """The state of S nets after `step` updates, measured on sequences no net trains on.

    Attributes
    ----------
    loss : (S,)
        Mean squared error.
    by_time : (S, T + 1)
        Size of the gradient of the states, see `cells.Gradients`.
    gradient : (S,)
        The largest norm of ∂J/∂parameters, before clipping, of the steps since the last record.
    clipped : (S,)
        Share of them that were clipped, among those whose norm is finite; NaN where none is.
    diverged : bool
        Set on the last record of a run that met inf or NaN.
    """

    step: int
    loss: Array
    by_time: Array
    gradient: Array
    clipped: Array
    diverged: bool


@dataclass(frozen=True, eq=False)
class Run:
    """All records of a run, in order."""

    settings: Settings
    records: tuple[Record, ...]

    @property
    def final(self) -> Record:
        """The last record."""
        return self.records[-1]

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to come."""
        return self.final.diverged or self.final.step == self.settings.steps


def clip(gradient: Array, threshold: float) -> tuple[Array, BoolArray]:
    """Shorten each net's gradient (S, P), in place, to the norm c: g ← g c/‖g‖ if ‖g‖ > c.

    The direction stays (Pascanu, Mikolov & Bengio 2013, algorithm 1); with c = 0 all stays.
    Returned are ‖g‖ before, (S,) float64, and what was clipped, (S,).
    """
    norm = measures.norms([gradient])[:, 0]
    clipped: BoolArray = norm > (threshold or np.inf)
    if clipped.any():
        gradient[clipped] *= (threshold / norm[clipped])[:, None]
    return norm, clipped


def _share(marked: BoolArray, counted: BoolArray) -> Array:
    """Return the share of what is marked among what is counted, (T, S) → (S,); NaN of nothing."""
    counts = counted.sum(axis=0)
    found: Array = np.where(counts, (marked & counted).sum(axis=0) / np.maximum(counts, 1), np.nan)
    return found


def record_steps(steps: int, records: int) -> tuple[int, ...]:
    """Return the steps to record, 0 and the last and evenly between, at most `records` of them.

    Evenly, because a record holds the largest gradient since the one before.
    """
    even = np.linspace(0, steps, min(records, steps + 1))
    return tuple(int(step) for step in np.rint(even))


def run(settings: Settings) -> Run:
    """Train to the end and return all records; arguments and errors as in `train`."""
    return Run(settings, progress.records(train(settings)))


def runs(settings: Settings) -> Iterator[Run | Progress]:
    """Train, and give the run as far as it has come, with progress in between; see `train`."""
    yield from progress.growing(train(settings), settings.steps, lambda found: Run(settings, found))


def train(settings: Settings) -> Iterator[Record | Progress]:
    """Train the nets and give a record at each of `record_steps`, progress in between.

    Training ends early, with a record that says so, at the first step at which any net of the
    stack holds inf or NaN. Something is given every 0.05 s or sooner, unless one step takes
    longer. TooCostlyError, a ValueError, if the run is too large.
    """
    settings.check_cost()
    wanted = record_steps(settings.steps, settings.records)
    return progress.train(Trainer(settings), settings.steps, wanted)


class Trainer:
    """The moving parts of a run: parameters, optimiser state and sequences."""

    def __init__(self, settings: Settings) -> None:
        let_memory_be_reused()
        self.settings = settings
        self.cell = settings.get_cell()
        self.task = memory_tasks.get(settings.task)
        self.optimizer = optimizers.get(settings.optimizer)
        self.seeds = range(settings.seed, settings.seed + settings.seeds)
        self.flat = cells.flatten(_initial(settings, self.seeds)).astype(settings.dtype)
        self.weights = cells.unflatten(self.flat, self.cell, memory_tasks.INPUTS, settings.units)
        self.state = self.optimizer.start(self.flat)
        self.streams = [stream(seed, "sequences") for seed in self.seeds]
        unseen = [stream(seed, "unseen sequences") for seed in self.seeds]
        self.test = self._draw(TEST_SEQUENCES, unseen)
        self.norms: list[Array] = []
        self.clipped: list[BoolArray] = []
        self.broken = False

    @shown_as_is
    def step(self) -> None:
        """Take the gradient on new sequences and turn it into an update, not yet applied."""
        drawn = self._draw(self.settings.batch, self.streams)
        gradient = self.cell.gradients(self.weights, *drawn).flat
        norm, clipped = clip(gradient, self.settings.threshold)
        self.norms.append(norm)
        self.clipped.append(clipped)
        rate, momentum = self.settings.learning_rate, self.settings.momentum
        update = self.optimizer.step(gradient, self.state, rate, momentum)
        self.broken = not np.isfinite(norm).all() or not np.isfinite(update).all()

    @shown_as_is
    def apply(self) -> None:
        """Make the update."""
        self.flat += self.state.update

    @shown_as_is
    def record(self, step: int) -> Record:
        """Measure the nets before the update that is waiting."""
        found = self.cell.gradients(self.weights, *self.test, by_time=True)
        norms, clipped = np.stack(self.norms), np.stack(self.clipped)
        self.norms.clear()
        self.clipped.clear()
        finite = bool(np.isfinite(found.loss).all() and np.isfinite(found.by_time).all())
        return Record(
            step=step,
            loss=found.loss,
            by_time=found.by_time,
            gradient=norms.max(axis=0),
            clipped=_share(clipped, np.isfinite(norms)),
            diverged=self.broken or not finite,
        )

    def _draw(self, batch: int, streams: list[np.random.Generator]) -> memory_tasks.Sequences:
        drawn = [
            memory_tasks.sequences(self.task, self.settings.length, batch, rng) for rng in streams
        ]
        dtype = self.settings.dtype
        return memory_tasks.Sequences(
            np.stack([one.x for one in drawn], axis=1).astype(dtype),
            np.stack([one.y for one in drawn]).astype(dtype),
        )


def _initial(settings: Settings, seeds: range) -> cells.Weights:
    """Draw U ~ N(0, 1/m), V ~ N(0, 1/n) and W; for the LSTM W ~ N(0, 1/n), and its forget bias.

    Other biases are 0, but that of the answer: it starts at the answer's mean, so that the start
    is no worse than the baseline for a net that says nothing.
    """
    n, m, cell = settings.units, memory_tasks.INPUTS, settings.get_cell()
    drawn = []
    for seed in seeds:
        into = stream(seed, "into", cell.key).standard_normal((m, cell.gates * n)) / np.sqrt(m)
        out = stream(seed, "out").standard_normal((n, 1)) / np.sqrt(n)
        bias = np.zeros((1, cell.gates * n))
        if cell.key == "lstm":
            gates = stream(seed, "gates").standard_normal((n, cell.gates * n))
            recurrent = gates / np.sqrt(n)
            bias[0, n : 2 * n] = settings.forget
        else:
            recurrent = recurrent_weights(settings.initializer, settings.gain, n, seed)
        mean = np.full((1, 1), memory_tasks.get(settings.task).mean)
        drawn.append((recurrent, into, bias, out, mean))
    return cells.Weights(*(np.stack(parts) for parts in zip(*drawn, strict=True)))
