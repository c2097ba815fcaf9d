import math
from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest

from vanishing.engine.nets import activations
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.unrolled import ACTIVATIONS, INITIALIZERS, Recurrence, Start

SMALL = Recurrence(width=5, steps=12, nets=3, inputs=0.3)


def of(name):
    return activations.get(name)


def counter(steps, net=0):
    found = recurrent.measure(recurrent.counter_example(steps), of("tanh"))
    return found.jacobians.spectral[net, -1], found


# --- weights ------------------------------------------------------------------------------------


def test_gaussian_weights_have_variance_g2_over_n():
    w = np.stack([recurrent.recurrent_weights("gaussian", 1.5, 40, s) for s in range(20)])
    assert w.var() * 40 == pytest.approx(1.5**2, rel=0.03)


def test_orthogonal_weights_are_orthogonal_and_evenly_drawn():
    w = np.stack([recurrent.recurrent_weights("orthogonal", 1.5, 8, s) for s in range(300)])
    np.testing.assert_allclose(
        w @ w.swapaxes(1, 2), np.broadcast_to(2.25 * np.eye(8), w.shape), atol=1e-12
    )
    # A matrix drawn evenly has a trace of mean 0; without Mezzadri's signs it has not.
    assert abs(np.trace(w, axis1=1, axis2=2).mean()) < 0.3


def test_identity_weights():
    np.testing.assert_array_equal(
        recurrent.recurrent_weights("identity", 0.7, 3, 0), 0.7 * np.eye(3)
    )


def test_settings_share_the_draws_they_do_not_determine():
    a, b = recurrent.draw(SMALL), recurrent.draw(replace(SMALL, gain=2.0, steps=7))
    np.testing.assert_allclose(2 * a.weights, b.weights)
    np.testing.assert_array_equal(a.state, b.state)
    np.testing.assert_array_equal(a.drive[:, :7], b.drive)
    again = recurrent.draw(replace(SMALL, nets=1, seed=1))
    np.testing.assert_array_equal(a.weights[1], again.weights[0])


def test_the_drive_has_the_size_asked_for():
    drive = recurrent.draw(replace(SMALL, width=64, steps=100, inputs=0.5)).drive
    assert drive.std() == pytest.approx(0.5, rel=0.05)


# --- running and differentiating ----------------------------------------------------------------


def by_hand(start, f, net):
    """The states of one net with column vectors, h ↦ f(Wᵀ h + d)."""
    h = [start.state[net]]
    for d in start.drive[net]:
        h.append(f(start.weights[net].T @ h[-1] + d))
    return np.array(h)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_states_are_those_of_the_recursion(name):
    start = recurrent.draw(SMALL)
    states = recurrent.unroll(start, of(name))
    for net in range(3):
        np.testing.assert_allclose(states.h[net], by_hand(start, of(name).f, net), rtol=1e-12)
    rms = recurrent.measure(start, of(name)).rms
    np.testing.assert_allclose(rms, np.sqrt((states.h**2).mean(axis=2)))


def test_states_too_large_to_be_squared_are_measured():
    start = Start(10.0 * np.eye(2)[None], np.array([[3.0, 4.0]]), np.zeros((1, 200, 2)))
    rms = recurrent.measure(start, of("identity")).rms
    expected = math.log10(math.sqrt(12.5)) + np.arange(201)
    np.testing.assert_allclose(np.log10(rms[0]), expected, rtol=1e-12)


def numeric_jacobian(start, activation, lag):
    """∂h_T/∂h_{T−lag} of net 0 by central differences, rows: what was moved."""
    h = recurrent.unroll(start, activation).h[0]
    steps = len(h) - 1
    rows = []
    for unit in np.eye(len(h[0])):
        ends = []
        for sign in (1, -1):
            state = h[steps - lag] + sign * 1e-6 * unit
            late = Start(
                start.weights[:1], state[None], start.drive[:1, steps - lag :].reshape(1, lag, -1)
            )
            ends.append(recurrent.unroll(late, activation).h[0, -1])
        rows.append((ends[0] - ends[1]) / 2e-6)
    return np.array(rows)


@pytest.mark.parametrize("initializer", INITIALIZERS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_jacobians_agree_with_differences(name, initializer):
    start = recurrent.draw(replace(SMALL, initializer=initializer, gain=1.3))
    found = recurrent.measure(start, of(name)).jacobians
    np.testing.assert_array_equal(found.lags, np.arange(13))
    for lag in (1, 2, 5):
        expected = numeric_jacobian(start, of(name), lag)
        two, fro = np.linalg.norm(expected, 2), np.linalg.norm(expected) / math.sqrt(5)
        assert 10 ** found.spectral[0, lag] == pytest.approx(two, rel=1e-6, abs=1e-9)
        assert 10 ** found.mean[0, lag] == pytest.approx(fro, rel=1e-6, abs=1e-9)


def test_a_wrong_slope_would_be_seen():
    start = recurrent.draw(SMALL)
    wrong = recurrent.unroll(start, of("tanh")).slopes * 1.01
    found = recurrent.jacobians(start.weights, wrong)
    expected = np.linalg.norm(numeric_jacobian(start, of("tanh"), 5), 2)
    assert 10 ** found.spectral[0, 5] != pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("gain", [0.01, 0.3, 1.0, 5.0])
@pytest.mark.parametrize("initializer", ["identity", "orthogonal"])
def test_a_linear_orthogonal_net_multiplies_by_its_gain(gain, initializer):
    linear = Recurrence("identity", initializer, gain, width=6, steps=200, nets=2)
    found = recurrent.through_time(linear).jacobians
    assert len(found.lags) == recurrent.MAX_LAGS
    assert (found.lags[0], found.lags[-1]) == (0, 200)
    expected = np.broadcast_to(found.lags * math.log10(gain), found.spectral.shape)
    # At a gain of 0.01 this ends at 10⁻⁴⁰⁰.
    np.testing.assert_allclose(found.spectral, expected, atol=1e-9)
    np.testing.assert_allclose(found.mean, expected, atol=1e-9)


def test_sizes_beyond_float64_agree_with_exact_arithmetic():
    w = np.array([[[0.5, 2.0], [-1.0, 0.25]]])
    slopes = np.random.default_rng(0).integers(1, 10, (1, 200, 2)) / 1024
    found = recurrent.jacobians(w, slopes)
    # Dyadic numbers: Python's integers hold the whole product.
    product = [[1, 0], [0, 1]]
    for t in range(200):
        factor = [[int(w[0, i, j] * 4 * slopes[0, t, j] * 1024) for j in (0, 1)] for i in (0, 1)]
        product = [
            [sum(product[i][k] * factor[k][j] for k in (0, 1)) for j in (0, 1)] for i in (0, 1)
        ]
    squares = sum(x * x for row in product for x in row)
    with localcontext() as context:
        context.prec = 30
        exact = (Decimal(squares) / 2).log10() / 2 - 200 * Decimal(4096).log10()
    assert float(exact) < -400
    assert found.mean[0, -1] == pytest.approx(float(exact), abs=1e-9)


def test_exact_zeros_stay_zero():
    found = recurrent.through_time(replace(SMALL, gain=0.0)).jacobians
    assert (found.spectral[:, 0] == 0).all()
    assert np.isneginf(found.spectral[:, 1:]).all()
    assert np.isneginf(found.mean[:, 1:]).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("initializer", INITIALIZERS)
@pytest.mark.parametrize("gain", [0.0, 0.5, 1.0, 5.0])
def test_the_bound_holds(name, initializer, gain):
    found = recurrent.through_time(replace(SMALL, initializer=initializer, gain=gain))
    bound = recurrent.bound_log10(recurrent.norms(found.weights), of(name), found.jacobians.lags)
    measured = recurrent.through_time(
        replace(SMALL, activation=name, initializer=initializer, gain=gain)
    ).jacobians
    assert (measured.mean <= measured.spectral + 1e-12).all()
    assert (measured.spectral <= bound + 1e-9).all()
    if name == "identity" and initializer != "gaussian":
        np.testing.assert_allclose(measured.spectral, bound, atol=1e-9)


def test_the_bound_of_sigmoid_has_a_quarter():
    w = 2.0 * np.eye(3)[None]
    bound = recurrent.bound_log10(recurrent.norms(w), of("sigmoid"), np.array([0, 3]))
    assert bound[0].tolist() == pytest.approx([0.0, 3 * math.log10(0.5)])


# --- the counter-example ------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "published"), [(5, 45), (10, 1.4e3), (20, 1.5e6)])
def test_the_published_norms_of_the_counter_example(steps, published):
    assert 10 ** counter(steps)[0] == pytest.approx(published, rel=0.04)


def exact_counter_example(steps):
    """The product's norm in 60 digits, along the orbit as it is iterated."""
    with localcontext() as context:
        context.prec = 60

        def tanh(z):
            e = (2 * z).exp()
            return (e - 1) / (e + 1)

        t = tanh(Decimal(5))
        h, b = [Decimal(0), t], [2 * t, 5 + 2 * t]
        product = [[Decimal(1), Decimal(0)], [Decimal(0), Decimal(1)]]
        for _ in range(steps):
            z = [2 * h[0] - 2 * h[1] + b[i] for i in (0, 1)]
            h = [tanh(x) for x in z]
            slope = [1 - x * x for x in h]
            below = [2 * product[0][j] - 2 * product[1][j] for j in (0, 1)]
            product = [[slope[i] * below[j] for j in (0, 1)] for i in (0, 1)]
        # Of rank 1: its spectral norm is its Frobenius norm.
        return float(sum(x * x for row in product for x in row).sqrt()), [float(x) for x in h]


@pytest.mark.parametrize("steps", [1, 5, 20, 100])
def test_the_counter_example_in_sixty_digits_and_by_its_formula(steps):
    exact, end = exact_counter_example(steps)
    assert end == pytest.approx([0.0, math.tanh(5)], abs=1e-12)
    log, found = counter(steps)
    assert 10**log == pytest.approx(exact, rel=1e-9)
    epsilon = 1 / math.cosh(5) ** 2
    formula = math.sqrt(8 * (1 + epsilon**2)) * (2 - 2 * epsilon) ** (steps - 1)
    assert exact == pytest.approx(formula, rel=1e-9)
    # The rounded orbit never leaves the fixed point.
    assert np.ptp(found.rms[0]) == 0


def test_its_eigenvalues_are_zero_and_its_largest_singular_value_is_four():
    w = recurrent.counter_example(5).weights[0]
    spectrum = recurrent.spectrum(w)
    assert spectrum.radius < 1e-7
    exact = recurrent.COUNTER_SPECTRUM
    assert (exact.radius, exact.norm) == (0.0, 4.0)
    assert spectrum.singular_values == pytest.approx(exact.singular_values, abs=1e-12)
    np.testing.assert_array_equal(w @ w, np.zeros((2, 2)))
    # So a "bound" made of eigenvalues is broken at once, the one of singular values is not.
    log, found = counter(10)
    assert log > 10 * math.log10(max(spectrum.radius, 1e-7)) + 50
    assert (
        log
        < recurrent.bound_log10(recurrent.norms(found.weights), of("tanh"), np.array([10]))[0, 0]
    )


def test_its_fixed_point_is_unstable():
    states = recurrent.unroll(recurrent.counter_example(100), of("tanh"))
    away = np.abs(states.h[1, :, 0])
    for t in (5, 10):
        assert away[t] == pytest.approx(recurrent.OFFSET * 2**t, rel=0.01)
    assert away[-1] > 0.9
    assert counter(100, net=1)[0] < -30


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("activation", "gelu"),
        ("initializer", "he"),
        ("gain", 5.1),
        ("gain", math.nan),
        ("width", 0),
        ("width", 129),
        ("steps", 201),
        ("steps", 2.0),
        ("inputs", -1.0),
        ("seed", -1),
        ("nets", 101),
    ],
)
def test_settings_out_of_range_are_refused(field, value):
    with pytest.raises(ValueError, match=field):
        Recurrence(**{field: value})


def test_too_much_work_is_refused_before_it_is_done():
    with pytest.raises(ValueError, match="multiply-adds"):
        Recurrence(width=128, steps=200, nets=100)


def test_other_refusals():
    with pytest.raises(ValueError, match="initializer"):
        recurrent.recurrent_weights("zero", 1.0, 3, 0)
    with pytest.raises(ValueError, match="steps"):
        recurrent.counter_example(0)
