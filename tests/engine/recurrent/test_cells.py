from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine.recurrent import cells
from vanishing.engine.recurrent.unrolled import ACTIVATIONS

T, S, B, N, M = 6, 2, 3, 4, 2
STEP = 1e-6

CASES = [("plain", name) for name in ACTIVATIONS] + [("lstm", "tanh")]
by_case = pytest.mark.parametrize(("key", "activation"), CASES)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


FUNCTIONS = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
    "sigmoid": sigmoid,
}


def example(key, activation, seed=0):
    cell = cells.get(key, activation)
    rng = np.random.default_rng(seed)
    count = sum(a * b for a, b in cells.sizes(cell, M, N))
    flat = 0.7 * rng.normal(size=(S, count))
    return cell, flat, rng.normal(size=(T, S, B, M)), rng.normal(size=(S, B))


def one_by_one(key, activation, weights, x, y, bump=None):
    """The loss of each net, one net, sequence and step at a time, straight from the equations.

    `bump` = (t, δ (S, B, n)) is added to what carries the memory after step t (0: the start).
    """
    losses = []
    for s in range(S):
        w, u, b, v, c = (part[s] for part in weights)
        errors = []
        for i in range(B):
            h, memory = np.zeros(N), np.zeros(N)
            for t in range(T + 1):
                if t:
                    z = h @ w + x[t - 1, s, i] @ u + b[0]
                    if key == "plain":
                        h = FUNCTIONS[activation](z)
                    else:
                        gate_i, gate_f, gate_o = sigmoid(z[: 3 * N]).reshape(3, N)
                        memory = gate_f * memory + gate_i * np.tanh(z[3 * N :])
                if bump and bump[0] == t:
                    h, memory = h + bump[1][s, i], memory + bump[1][s, i]
                if key == "lstm" and t:
                    h = gate_o * np.tanh(memory)
                elif key == "lstm":
                    h = np.zeros(N)
            errors.append((h @ v[:, 0] + c[0, 0] - y[s, i]) ** 2)
        losses.append(np.mean(errors))
    return np.array(losses)


@by_case
def test_the_loss_is_that_of_the_equations(key, activation):
    cell, flat, x, y = example(key, activation)
    weights = cells.unflatten(flat, cell, M, N)
    found = cell.gradients(weights, x, y)
    np.testing.assert_allclose(
        found.loss, one_by_one(key, activation, weights, x, y), rtol=1e-12, atol=1e-14
    )


def worst_error(cell, flat, x, y, analytic):
    """Largest |analytic − numeric|, as a share of the largest gradient."""
    numeric = np.empty_like(flat)
    for k in range(flat.shape[1]):
        losses = []
        for sign in (1, -1):
            moved = flat.copy()
            moved[:, k] += sign * STEP
            losses.append(cell.gradients(cells.unflatten(moved, cell, M, N), x, y).loss)
        numeric[:, k] = (losses[0] - losses[1]) / (2 * STEP)
    return np.abs(analytic - numeric).max() / np.abs(numeric).max()


@by_case
def test_gradients_agree_with_differences(key, activation):
    cell, flat, x, y = example(key, activation)
    analytic = cell.gradients(cells.unflatten(flat, cell, M, N), x, y).flat
    assert worst_error(cell, flat, x, y, analytic) < 1e-7


@by_case
def test_a_planted_error_would_be_seen(key, activation):
    cell, flat, x, y = example(key, activation)
    trace = cell.forward(cells.unflatten(flat, cell, M, N), x)
    # The first of what is kept are the slopes, or the gates they are made of.
    trace.kept[0][2] *= 1.01
    planted = replace(cell, forward=lambda *_: trace)
    analytic = planted.gradients(cells.unflatten(flat, cell, M, N), x, y).flat
    assert worst_error(cell, flat, x, y, analytic) > 1e-5


@by_case
@pytest.mark.parametrize("t", [0, 2, T])
def test_the_gradient_of_the_states_agrees_with_differences(key, activation, t):
    cell, flat, x, y = example(key, activation)
    weights = cells.unflatten(flat, cell, M, N)
    found = cell.gradients(weights, x, y, by_time=True)
    assert found.by_time.shape == (S, T + 1)
    expected = np.zeros((S, B, N))
    for i in range(B):
        for j in range(N):
            delta = np.zeros((S, B, N))
            delta[:, i, j] = STEP
            up, down = (
                one_by_one(key, activation, weights, x, y, (t, sign * delta)) for sign in (1, -1)
            )
            expected[:, i, j] = (up - down) / (2 * STEP)
    rms = B * np.sqrt((expected**2).mean(axis=(1, 2)))
    np.testing.assert_allclose(found.by_time[:, t], rms, rtol=1e-5)


@by_case
def test_shared_sequences_are_the_same_as_repeated_ones(key, activation):
    cell, flat, x, y = example(key, activation)
    weights = cells.unflatten(flat, cell, M, N)
    shared = cell.gradients(weights, x[:, :1], y[:1])
    repeated = cell.gradients(weights, np.repeat(x[:, :1], S, axis=1), np.repeat(y[:1], S, axis=0))
    np.testing.assert_allclose(shared.flat, repeated.flat, rtol=1e-12)


def test_parameters_are_views_of_one_array():
    cell, flat, _, _ = example("lstm", "tanh")
    weights = cells.unflatten(flat, cell, M, N)
    assert [part.shape[1:] for part in weights] == list(cells.sizes(cell, M, N))
    np.testing.assert_array_equal(cells.flatten(weights), flat)
    weights.bias[:] = 7.0
    assert (flat == 7.0).sum() == S * 4 * N


@pytest.mark.parametrize(
    ("dtype", "scale"),
    [(np.float64, 1e-150), (np.float64, 1e150), (np.float32, 1e-17), (np.float32, 1e17)],
)
@pytest.mark.parametrize(("key", "activation"), CASES)
def test_sizes_whose_squares_do_not_fit(key, activation, dtype, scale):
    cell, flat, x, y = example(key, activation)

    def sizes(factor, dtype):
        # Error and gradient to the answer's weights grow with V, c and y.
        weights = cells.unflatten(flat, cell, M, N)
        weights = weights._replace(out=factor * weights.out, out_bias=factor * weights.out_bias)
        weights = cells.Weights(*(part.astype(dtype) for part in weights))
        return cell.gradients(weights, x.astype(dtype), (factor * y).astype(dtype), by_time=True)

    expected, found = sizes(1.0, np.float64), sizes(scale, dtype)
    np.testing.assert_allclose(found.by_time / scale / scale, expected.by_time, rtol=1e-4)
    np.testing.assert_allclose(found.loss / scale / scale, expected.loss, rtol=1e-4)


def test_single_precision_stays_single_but_for_what_is_squared():
    for key, activation in CASES:
        cell, flat, x, y = example(key, activation)
        single = (np.float32(a) for a in (flat, x, y))
        flat32, x32, y32 = single
        found = cell.gradients(cells.unflatten(flat32, cell, M, N), x32, y32, by_time=True)
        assert found.flat.dtype == np.float32
        assert found.loss.dtype == found.by_time.dtype == np.float64


def test_an_unknown_cell_is_refused():
    with pytest.raises(ValueError, match="cell"):
        cells.get("gru")
