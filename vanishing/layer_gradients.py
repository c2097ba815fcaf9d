"""The gradient of each layer of a fresh net, measured over seeds and predicted by theory."""

from dataclasses import dataclass

from vanishing import heads, measures
from vanishing.activations import Activation
from vanishing.arrays import Array
from vanishing.datasets import Dataset
from vanishing.initializers import Bias, Initializer
from vanishing.mean_field import propagate
from vanishing.network import backward, forward, initialize

MAX_COST = 4_000_000_000


@dataclass(frozen=True)
class LayerGradients:
    """RMS of ∂J/∂z by hidden layer, relative to the last hidden layer.

    Attributes
    ----------
    measured : Array, shape (S, L)
        One row per seed; column l − 1 is hidden layer l. The last column is 1.
    predicted : tuple of float, length L
        Mean-field theory: the product of √χ over the layers passed on the way back.
    """

    measured: Array
    predicted: tuple[float, ...]


def at_start(
    activation: Activation,
    initializer: Initializer,
    data: Dataset,
    *,
    depth: int,
    width: int,
    seeds: int,
    first_seed: int = 0,
) -> LayerGradients:
    """Measure and predict how the gradient shrinks or grows on its way to the first layer.

    Parameters
    ----------
    activation : Activation
    initializer : Initializer
        Of all weights; biases are zero.
    data : Dataset
        The whole of it is one batch.
    depth, width : int
        Hidden layers (from 1) and units in each.
    seeds : int
        Networks, drawn from first_seed, first_seed + 1, …

    Returns
    -------
    LayerGradients

    Raises
    ------
    ValueError
        If a count is below 1, or the work is above 4·10⁹ multiply-adds.
    """
    for name, value in (("depth", depth), ("width", width), ("seeds", seeds)):
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, got {value!r}")
    rows, features = data.x.shape
    head = heads.for_classes(data.classes)
    outputs = head.width(data.classes)
    cost = 3 * seeds * rows * width * (features + (depth - 1) * width + outputs)
    if cost > MAX_COST:
        raise ValueError(f"{cost:.1e} multiply-adds are too many: at most {MAX_COST:.0e}")
    widths = (features, *[width] * depth, outputs)
    parameters = initialize(
        widths, initializer, Bias(), seeds=range(first_seed, first_seed + seeds)
    )
    targets = head.encode(data.y, data.classes)
    trace = forward(parameters, data.x, activation, head)
    deltas = backward(parameters, trace, targets, head).deltas[:-1]
    sizes = measures.root_mean_squares(deltas)
    return LayerGradients(
        measured=sizes / sizes[:, -1:],
        predicted=_predict(activation, initializer, data, depth, width),
    )


def _predict(
    activation: Activation, initializer: Initializer, data: Dataset, depth: int, width: int
) -> tuple[float, ...]:
    features = data.x.shape[1]
    mean_square = float((data.x**2).sum(axis=1).mean())
    layers = propagate(
        activation,
        depth,
        weight_variance=width * initializer.variance(width, width),
        first_variance=initializer.variance(features, width) * mean_square,
    )
    left = [1.0]
    for factor in reversed(layers.factors[:-1]):
        left.append(left[-1] * factor)
    return tuple(reversed(left))
