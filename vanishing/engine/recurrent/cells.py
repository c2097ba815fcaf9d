"""Recurrent cells with their back-propagation through time: the plain one, and the gated LSTM.

Arrays by time have the shape (T, S, B, n): steps, nets of the stack, sequences, units. Vectors are
rows. The answer is read off the last state: ŷ = h_T V + c, and J is the mean of (ŷ − y)².
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations, measures
from vanishing.engine.nets.activations import Activation

KEYS: tuple[str, ...] = ("plain", "lstm")


class Weights(NamedTuple):
    """The parameters of S nets of n units and g gates (1 for the plain net, 4 for the LSTM).

    Attributes
    ----------
    recurrent, into, bias : (S, n, g n), (S, m, g n), (S, 1, g n)
        W, from h_{t−1}; U, from x_t; b.
    out, out_bias : (S, n, 1), (S, 1, 1)
        V and c, to the answer.
    """

    recurrent: Array
    into: Array
    bias: Array
    out: Array
    out_bias: Array


class Gradients(NamedTuple):
    """What back-propagation through time gives.

    Attributes
    ----------
    flat : (S, P)
        ∂J/∂ of every parameter, in the order of `flatten`.
    loss : (S,) float64
        J.
    by_time : (S, T + 1) float64, or empty
        Root mean square, over sequences and units, of B ∂J/∂s_t for t = 0 … T, where s_t is what
        carries the memory: h_t in the plain net, the cell c_t in the LSTM.
    """

    flat: Array
    loss: Array
    by_time: Array


class Trace(NamedTuple):
    """A forward pass: ŷ (S, B), h (T + 1, S, B, n), and what the cell's own `back` needs."""

    answer: Array
    h: Array
    kept: tuple[Array, ...]


Forward = Callable[[Weights, Array], Trace]
Backward = Callable[[Weights, Trace, Array], tuple[Array, Array]]


@dataclass(frozen=True)
class Cell:
    """A recurrent cell.

    Attributes
    ----------
    gates : int
        How many blocks of n columns W, U and b have.
    cost : int
        Time of f and f′ of one gate of one unit, as in `Activation`.
    forward : callable
        (weights, x (T, S, B, m)) -> Trace.
    back : callable
        (weights, trace, ∂J/∂h_T) -> ∂J/∂z (T, S, B, g n) and ∂J/∂s_t for t = 0 … T.
    """

    key: str
    gates: int
    cost: int
    forward: Forward
    back: Backward

    def gradients(
        self, weights: Weights, x: Array, y: Array, *, by_time: bool = False
    ) -> Gradients:
        """Return the loss and its gradient by full back-propagation through time.

        It is given x (T, S, B, m) and y (S, B); `by_time` asks for the gradient of the states too.
        """
        trace = self.forward(weights, x)
        error = trace.answer - y
        last = trace.h[-1]
        d_answer = (2.0 / y.shape[1]) * error[..., None]
        dz, d_states = self.back(weights, trace, d_answer @ weights.out.swapaxes(1, 2))
        parts = Weights(
            recurrent=_over_time(trace.h[:-1], dz),
            into=_over_time(x, dz),
            bias=dz.sum(axis=(0, 2))[:, None],
            out=last.swapaxes(1, 2) @ d_answer,
            out_bias=d_answer.sum(axis=1, keepdims=True),
        )
        sizes = np.empty((len(error), 0))
        if by_time:
            sizes = y.shape[1] * measures.root_mean_squares(list(d_states))
        # The square of a float32 error need not fit in a float32.
        loss = np.square(error, dtype=np.float64).mean(axis=1)
        return Gradients(flatten(parts), loss, sizes)


def _over_time(inputs: Array, dz: Array) -> Array:
    """Return Σ_t inputs_tᵀ dz_t, (S, m, g n), in one product over all times and sequences."""
    rows, columns = (
        each.swapaxes(0, 1).reshape(each.shape[1], -1, each.shape[-1]) for each in (inputs, dz)
    )
    product: Array = rows.swapaxes(1, 2) @ columns
    return product


def sizes(cell: Cell, inputs: int, units: int) -> tuple[tuple[int, int], ...]:
    """Return the shapes of one net's parameters."""
    wide = cell.gates * units
    return (units, wide), (inputs, wide), (1, wide), (units, 1), (1, 1)


def flatten(weights: Weights) -> Array:
    """Return all parameters as one array (S, P), a copy."""
    return np.concatenate([part.reshape(len(part), -1) for part in weights], axis=1)


def unflatten(flat: Array, cell: Cell, inputs: int, units: int) -> Weights:
    """Return the parameters in `flat` (S, P) as views of it."""
    parts: list[Array] = []
    start = 0
    for rows, columns in sizes(cell, inputs, units):
        block = flat[:, start : start + rows * columns]
        parts.append(block.reshape(len(flat), rows, columns))
        start += rows * columns
    return Weights(*parts)


def get(key: str, activation: str = "tanh") -> Cell:
    """Return a cell by its key; f is the `activation` of the plain cell; the LSTM has its own.

    "plain": h_t = f(h_{t−1} W + x_t U + b). "lstm": with i, f, o = σ(·) and g = tanh(·) of the
    four blocks of h_{t−1} W + x_t U + b, c_t = f ⊙ c_{t−1} + i ⊙ g and h_t = o ⊙ tanh c_t
    (Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000).
    """
    limits.one_of("cell", key, KEYS)
    if key == "plain":
        return _plain(activations.get(activation))
    return Cell("lstm", 4, activations.get("tanh").cost, _lstm_forward, _lstm_back)


def _answer(weights: Weights, last: Array) -> Array:
    answer: Array = (last @ weights.out + weights.out_bias)[..., 0]
    return answer


# --- the plain cell -----------------------------------------------------------------------------


def _plain(activation: Activation) -> Cell:
    def forward(weights: Weights, x: Array) -> Trace:
        z = x @ weights.into + weights.bias
        steps, nets, batch, n = z.shape
        h = np.zeros((steps + 1, nets, batch, n), z.dtype)
        slopes = np.empty_like(z)
        for t in range(steps):
            z[t] += h[t] @ weights.recurrent
            h[t + 1], slopes[t] = activation.value_and_slope(z[t])
        return Trace(_answer(weights, h[-1]), h, (slopes,))

    def back(weights: Weights, trace: Trace, dh: Array) -> tuple[Array, Array]:
        (slopes,) = trace.kept
        backwards = np.ascontiguousarray(weights.recurrent.swapaxes(1, 2))
        dz = np.empty_like(slopes)
        d_states = np.empty_like(trace.h)
        d_states[-1] = dh
        for t in reversed(range(len(slopes))):
            np.multiply(d_states[t + 1], slopes[t], out=dz[t])
            np.matmul(dz[t], backwards, out=d_states[t])
        return dz, d_states

    return Cell("plain", 1, activation.cost, forward, back)


# --- LSTM ---------------------------------------------------------------------------------------


def _lstm_forward(weights: Weights, x: Array) -> Trace:
    # σ(z) = ½ + ½ tanh ½z: one tanh serves all four blocks. Halves of floats are exact.
    wide = weights.bias.shape[-1]
    n = wide // 4
    scale = np.where(np.arange(wide) < 3 * n, 0.5, 1.0).astype(x.dtype)
    recurrent = weights.recurrent * scale
    z = x @ (weights.into * scale)
    z += weights.bias * scale
    steps, nets, batch, _ = z.shape
    h = np.zeros((steps + 1, nets, batch, n), z.dtype)
    c = np.zeros_like(h)
    tanh_c = np.empty_like(h[1:])
    from_state, kept, added = np.empty_like(z[0]), np.empty_like(h[0]), np.empty_like(h[0])
    for t in range(steps):
        gates = z[t]
        gates += np.matmul(h[t], recurrent, out=from_state)
        np.tanh(gates, out=gates)
        sigmoids = gates[..., : 3 * n]
        sigmoids *= 0.5
        sigmoids += 0.5
        i, f, o, g = _blocks(gates)
        np.multiply(f, c[t], out=kept)
        np.multiply(i, g, out=added)
        now = np.add(kept, added, out=c[t + 1])
        np.multiply(o, np.tanh(now, out=tanh_c[t]), out=h[t + 1])
    return Trace(_answer(weights, h[-1]), h, (z, c, tanh_c))


def _lstm_back(weights: Weights, trace: Trace, dh: Array) -> tuple[Array, Array]:
    gates, c, tanh_c = trace.kept
    n = c.shape[-1]
    backwards = np.ascontiguousarray(weights.recurrent.swapaxes(1, 2))
    # All slopes at once: σ′ = σ(1 − σ), tanh′ = 1 − tanh².
    slopes = 1.0 - gates
    slopes[..., : 3 * n] *= gates[..., : 3 * n]
    slopes[..., 3 * n :] *= 1.0 + gates[..., 3 * n :]
    through_tanh = np.square(tanh_c)
    np.subtract(1.0, through_tanh, out=through_tanh)
    dz = np.empty_like(gates)
    d_cells = np.zeros_like(c)
    dh, from_h = dh.copy(), np.empty_like(dh)
    for t in reversed(range(len(gates))):
        i, f, o, g = _blocks(gates[t])
        np.multiply(dh, o, out=from_h)
        from_h *= through_tanh[t]
        dc = d_cells[t + 1]
        dc += from_h
        di, df, do, dg = _blocks(dz[t])
        np.multiply(dc, g, out=di)
        np.multiply(dc, c[t], out=df)
        np.multiply(dh, tanh_c[t], out=do)
        np.multiply(dc, i, out=dg)
        into_gates = np.multiply(dz[t], slopes[t], out=dz[t])
        np.matmul(into_gates, backwards, out=dh)
        np.multiply(dc, f, out=d_cells[t])
    return dz, d_cells


def _blocks(gates: Array) -> tuple[Array, Array, Array, Array]:
    """Return views of the four blocks i, f, o, g of (S, B, 4 n)."""
    n = gates.shape[-1] // 4
    i, f, o, g = (gates[..., k : k + n] for k in range(0, 4 * n, n))
    return i, f, o, g
