"""The last step of a network: from its pre-activation to a prediction and to the loss."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations


@dataclass(frozen=True)
class Head:
    """An output activation paired with the loss that makes ∂J/∂z = (ŷ − y) / B.

    J is the mean over the batch of B inputs of the loss of one input. Every array is a stack over
    S networks; a leading axis of 1 stands for data that all of them share.

    Attributes
    ----------
    output : z (S, B, n) → ŷ (S, B, n)
        sigmoid: probability of class 1, or with several classes of each class by itself, as in
        Nielsen (2015). softmax: probabilities of the n classes. linear: the predicted value.
    losses : z (S, B, n), y (1 or S, B, n) → (S, B)
        Loss of each input, summed over outputs, in nats (cross-entropy) or squared target units;
        computed from z, so that it stays right where ŷ has been rounded to 0 or 1.
    score : ŷ (S, B, n), y (1 or S, B, n) → (S,)
        Share of right answers, or for regression R² (1 is perfect, 0 no better than the mean).
    score_name : str
        What `score` is called on an axis.
    """

    key: str
    name: str
    output: Callable[[Array], Array]
    losses: Callable[[Array, Array], Array]
    score: Callable[[Array, Array], Array]
    score_name: str

    def loss(self, z: Array, y: Array) -> Array:
        """Return J, the mean loss over the batch, shape (S,); inf above the largest float."""
        batch = z.shape[-2]
        # The loss itself can exceed the largest float (at |z| near 1e308): then inf is the answer,
        # not a mistake. Dividing before the sum keeps every mean that does fit.
        with np.errstate(over="ignore"):
            mean: Array = (self.losses(z, y) / batch).sum(axis=-1)
        return mean

    def delta(self, output: Array, y: Array) -> Array:
        """Return ∂J/∂z = (ŷ − y) / B, shape (S, B, n)."""
        difference: Array = output - y
        difference *= 1.0 / output.shape[-2]
        return difference

    def width(self, classes: int) -> int:
        """Return the number of output units for `classes` classes (0 stands for regression)."""
        return 1 if classes == 0 or (classes == 2 and self.key == "sigmoid") else classes

    def encode(self, y: NDArray[Any], classes: int, dtype: Any = np.float64) -> Array:
        """Write labels (B,) or real targets (B,) the way the head compares them, (1, B, n).

        That is one column of labels 0 … classes − 1 or targets (`classes` 0), or for several
        outputs a 1 in the right column.
        """
        least, most = (0, 0) if self.key == "linear" else (2, None)
        limits.whole(f"classes of the {self.key} head", classes, least, most)
        y = np.asarray(y)
        limits.shape("y", y, "B")
        if classes and not np.isin(y, np.arange(classes)).all():
            limits.refuse("y", f"of labels 0 … {classes - 1}", y)
        columns = y[:, None]
        if self.width(classes) > 1:
            columns = columns == np.arange(classes)
        encoded: Array = columns.astype(dtype)[None]
        return encoded


def _binary_cross_entropy(z: Array, y: Array) -> Array:
    """Return log(1 + eᶻ) − y z, written so that neither term overflows or cancels."""
    away = np.where(y > 0.5, -z, z)  # how far z points to the wrong class
    nats: Array = np.maximum(away, 0) + np.log1p(np.exp(-np.abs(away)))
    total: Array = nats.sum(axis=-1)
    return total


def _below_largest(z: Array) -> Array:
    """Return z − max z with the classes first, (S, B, n) → (S, n, B).

    Over rows of a few classes NumPy's max and sum take several times as long.
    """
    shifted: Array = z.swapaxes(-1, -2).copy()
    # A difference beyond the largest float, at |z| near 1e308, is −inf, whose exp is rightly 0.
    with np.errstate(over="ignore"):
        shifted -= shifted.max(axis=-2, keepdims=True)
    return shifted


def _softmax(z: Array) -> Array:
    probability = _below_largest(z)
    np.exp(probability, out=probability)
    probability /= probability.sum(axis=-2, keepdims=True)
    return np.ascontiguousarray(probability.swapaxes(-1, -2))


def _cross_entropy(z: Array, y: Array) -> Array:
    """Return log Σ exp z − z of the right class."""
    shifted = _below_largest(z)
    log_sum: Array = np.log(np.exp(shifted).sum(axis=-2))
    log_sum -= np.where(y.swapaxes(-1, -2) > 0.5, shifted, 0.0).sum(axis=-2)
    return log_sum


def _accuracy(output: Array, y: Array) -> Array:
    if y.shape[-1] == 1:
        right = ((output > 0.5) == (y > 0.5))[..., 0]
    else:
        right = output.argmax(axis=-1) == y.argmax(axis=-1)
    share: Array = right.mean(axis=-1)
    return share


def _half_squared_error(z: Array, y: Array) -> Array:
    # In float64, as below: the square of a float32 error need not fit in a float32.
    half: Array = 0.5 * np.square(z - y, dtype=np.float64).sum(axis=-1)
    return half


def _determination(output: Array, y: Array) -> Array:
    residual = np.square(output - y, dtype=np.float64).mean(axis=(-2, -1))
    variance = np.square(y - y.mean(axis=-2, keepdims=True)).mean(axis=(-2, -1))
    share: Array = 1.0 - residual / variance
    return share


# Bishop (2006), Pattern Recognition and Machine Learning, eqs. 5.21, 5.24–5.25 and 5.14.
_SIGMOID, _RIGHT = activations.get("sigmoid").f, (_accuracy, "accuracy")
_ERROR = (lambda z: z, _half_squared_error)
_HEADS = {
    head.key: head
    for head in (
        Head("sigmoid", "Sigmoid, cross-entropy", _SIGMOID, _binary_cross_entropy, *_RIGHT),
        Head("softmax", "Softmax, cross-entropy", _softmax, _cross_entropy, *_RIGHT),
        Head("linear", "Linear, half the squared error", *_ERROR, _determination, "R²"),
    )
}
KEYS: tuple[str, ...] = tuple(_HEADS)


def get(key: str) -> Head:
    """Return the head called `key`."""
    limits.one_of("key", key, KEYS)
    return _HEADS[key]


def for_classes(classes: int) -> Head:
    """Return the head that suits data with `classes` classes (0 stands for regression)."""
    return _HEADS["linear" if classes == 0 else "sigmoid" if classes == 2 else "softmax"]
