"""What is measured on a network while it trains, and where a run that diverged began to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vanishing.engine.arrays import Array, BoolArray
from vanishing.engine.nets import measures
from vanishing.engine.nets.heads import Head
from vanishing.engine.nets.network import Gradients, Parameters, Trace, loss


@dataclass(frozen=True)
class Diverged:
    """Where the first number that is not finite stood, in the order in which a step computes.

    Attributes
    ----------
    layer : int
        1 for the first hidden layer, up to the number of layers for the output.
    quantity : str
        "weight" (weights, biases or gains), "activation" (z or f(z)), "loss" or "gradient".
    seeds : tuple of int
        Seeds of all networks that hold a number that is not finite at this step.
    """

    step: int
    layer: int
    quantity: str
    seeds: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Record:
    """The state of S networks of L layers after `step` updates, measured on the whole data set.

    The arrays by layer have shape (S, L), the output layer last. J, the mean loss over the data, is
    (S,). `diverged` is set on the last record of a run that met inf or NaN.

    Attributes
    ----------
    accuracy : (S,)
        Share of right answers; for regression R² (`heads.Head.score_name` says which). NaN where
        the loss is NaN.
    delta_rms
        RMS of ∂J/∂z over inputs and units. It carries the factor 1/B of the mean over B inputs.
    weight_grad_norm, weight_grad_rms
        ‖∂J/∂W‖ (Frobenius), and the RMS of its entries.
    bias_grad_norm
        ‖∂J/∂b‖.
    update_ratio
        Standard deviation of the update that the weights get next, over that of the weights. Near
        10⁻³ is a common guide (Karpathy, CS231n). inf where all weights of a layer are equal.
    activation_mean, activation_std
        Of f(z) over inputs and units; for the output layer of the prediction ŷ.
    dead_share, inactive_share
        Share of units off (z ≤ 0) for every input, and share of inputs and units that are off, as
        `dead_units.unit_states` counts them; NaN for the output layer.
    unit_delta : per layer (S, n)
        RMS of ∂J/∂z over inputs, for each unit.
    active_share : per hidden layer (S, n)
        Share of the inputs for which each unit is on (z > 0).
    """

    step: int
    loss: Array
    accuracy: Array
    delta_rms: Array
    weight_grad_norm: Array
    weight_grad_rms: Array
    bias_grad_norm: Array
    update_ratio: Array
    activation_mean: Array
    activation_std: Array
    dead_share: Array
    inactive_share: Array
    unit_delta: tuple[Array, ...]
    active_share: tuple[Array, ...]
    parameters: Parameters
    diverged: Diverged | None

    def is_finite(self) -> bool:
        """Return whether the loss and the sizes of all signals and gradients are finite."""
        sizes = (self.delta_rms, self.weight_grad_norm, self.bias_grad_norm, self.activation_std)
        return all(bool(np.isfinite(size).all()) for size in (self.loss, *sizes))


@dataclass(frozen=True, eq=False)
class Pass:
    """One forward and backward pass, with the encoded targets it was made for."""

    trace: Trace
    targets: Array
    gradients: Gradients


def measure(
    step: int,
    parameters: Parameters,
    update: Parameters,
    whole: Pass,
    head: Head,
) -> Record:
    """Return the record after `step` updates of networks whose pass over all data is `whole`.

    `update` is what the next step adds to the parameters.
    """
    trace, gradients = whole.trace, whole.gradients
    mean_loss = loss(trace, whole.targets, head)
    score = head.score(trace.activations[-1], whole.targets)
    sizes = measures.norms([*gradients.deltas, *gradients.weights, *gradients.biases])
    delta_norm, weight_norm, bias_norm = np.split(sizes, 3, axis=1)
    unit_delta = tuple(measures.unit_rms(delta) for delta in gradients.deltas)
    active_share = tuple(measures.share_of_inputs(z > 0.0) for z in trace.zs[:-1])
    return Record(
        step=step,
        loss=mean_loss,
        accuracy=np.where(np.isnan(mean_loss), np.nan, score),
        delta_rms=measures.per_entry(delta_norm, gradients.deltas),
        weight_grad_norm=weight_norm,
        weight_grad_rms=measures.per_entry(weight_norm, gradients.weights),
        bias_grad_norm=bias_norm,
        update_ratio=_update_ratio(parameters, update),
        activation_mean=measures.means(trace.activations),
        activation_std=measures.spreads(trace.activations),
        dead_share=_hidden_only([share == 0.0 for share in active_share]),
        inactive_share=_hidden_only([1.0 - share for share in active_share]),
        unit_delta=unit_delta,
        active_share=active_share,
        parameters=parameters.copy(),
        diverged=None,
    )


def find_divergence(
    step: int,
    parameters: Parameters,
    update: Parameters,
    done: Pass,
    head: Head,
    seeds: tuple[int, ...],
) -> Diverged | None:
    """Return where a step first met a number that is not finite, or None if it met none.

    Between `parameters` and the `update` that it adds to them, the step computed `done`.
    """
    first: tuple[str, int] | None = None
    broken = np.zeros(len(seeds), dtype=bool)
    for quantity, layer, array in _in_order(parameters, update, done, head):
        bad = ~np.isfinite(array).all(axis=tuple(range(1, array.ndim)))
        broken |= bad
        if first is None and bad.any():
            first = quantity, layer
    if first is None:
        return None
    affected = tuple(seed for seed, is_broken in zip(seeds, broken, strict=True) if is_broken)
    return Diverged(step, first[1], first[0], affected)


def _in_order(
    parameters: Parameters, update: Parameters, done: Pass, head: Head
) -> Iterator[tuple[str, int, Array]]:
    """Give every array of a step in the order of its computation, each with what and where."""
    yield from _of_layers("weight", parameters.weights, parameters.biases)
    yield from _of_layers("weight", parameters.gains)
    yield from _of_layers("activation", done.trace.zs, done.trace.activations)
    yield "loss", len(done.trace.zs), loss(done.trace, done.targets, head)
    gradients = done.gradients
    backwards = [
        *_of_layers("gradient", gradients.deltas, gradients.weights, gradients.biases),
        *_of_layers("gradient", gradients.gains),
    ]
    yield from sorted(backwards, key=lambda item: -item[1])
    yield from _of_layers("weight", update.weights, update.biases)
    yield from _of_layers("weight", update.gains)


def _of_layers(quantity: str, *kinds: tuple[Array, ...]) -> Iterator[tuple[str, int, Array]]:
    for layer, arrays in enumerate(zip(*kinds, strict=True), start=1):
        for array in arrays:
            yield quantity, layer, array


def _update_ratio(parameters: Parameters, update: Parameters) -> Array:
    # A layer of one weight, or of equal weights, has no spread: its ratio is inf, or NaN if it
    # does not move either.
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Array = measures.spreads(update.weights) / measures.spreads(parameters.weights)
    return ratio


def _hidden_only(units: Sequence[Array | BoolArray]) -> Array:
    """Average each hidden layer's units (S, n) and add a column of NaN for the output layer."""
    rows = [unit.mean(axis=1) for unit in units]
    return np.stack([*rows, np.full(len(rows[0]), np.nan)], axis=1)
