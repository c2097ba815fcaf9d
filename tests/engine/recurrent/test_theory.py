from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine.recurrent import theory as recurrent_theory
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.unrolled import ACTIVATIONS, Recurrence

STEPS, WIDTH = 16, 96
LAGS = np.arange(STEPS + 1)


@pytest.fixture(scope="module", params=[(0.5, 0.0), (1.0, 0.5), (2.0, 0.0)])
def drawn(request):
    gain, inputs = request.param

    def make(activation, initializer):
        one = Recurrence(activation, initializer, gain, WIDTH, STEPS, inputs, nets=12)
        return one, recurrent.through_time(one)

    return make


def allowed(times):
    """Decades: what the draw of a few nets of 96 units leaves, and what a step adds."""
    return 0.06 + 0.015 * times


@pytest.mark.parametrize("initializer", ["gaussian", "orthogonal"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_sizes_agree_with_drawn_nets(drawn, activation, initializer):
    one, found = drawn(activation, initializer)
    rms = np.median(np.log10(found.rms), axis=0)
    assert (np.abs(rms - recurrent_theory.rms_log10(one)) < allowed(LAGS)).all()
    mean = np.median(found.jacobians.mean, axis=0)
    assert (np.abs(mean - recurrent_theory.mean_log10(one, LAGS)) < allowed(LAGS)).all()


def test_a_wrong_factor_would_be_seen(drawn):
    one, found = drawn("tanh", "gaussian")
    wrong = recurrent_theory.mean_log10(one, LAGS) + 0.05 * LAGS
    assert not (np.abs(np.median(found.jacobians.mean, axis=0) - wrong) < allowed(LAGS)).all()


def test_the_norm_of_a_linear_net(drawn):
    one, found = drawn("identity", "gaussian")
    spectral = np.median(found.jacobians.spectral, axis=0)
    predicted = recurrent_theory.spectral_log10(one, LAGS)
    assert (np.abs(spectral - predicted) < allowed(LAGS)).all()
    # One factor: the edge of the quarter circle, 2g.
    assert predicted[1] == pytest.approx(np.log10(2 * one.gain))


@pytest.mark.parametrize("initializer", ["orthogonal", "identity"])
def test_a_linear_net_that_keeps_lengths_is_known_exactly(drawn, initializer):
    one, found = drawn("identity", initializer)
    for predicted in (
        recurrent_theory.spectral_log10(one, LAGS),
        recurrent_theory.mean_log10(one, LAGS),
    ):
        np.testing.assert_allclose(
            found.jacobians.spectral, np.broadcast_to(predicted, (12, 17)), atol=1e-9
        )


def test_where_there_is_no_theory_none_is_given():
    lags = np.array([0, 1])
    for activation in ("tanh", "relu", "sigmoid"):
        one = Recurrence(activation, "identity", steps=3)
        assert recurrent_theory.rms_log10(one) is None
        assert recurrent_theory.mean_log10(one, lags) is None
        assert recurrent_theory.spectral_log10(one, lags) is None
    assert recurrent_theory.spectral_log10(Recurrence("tanh", "orthogonal"), lags) is None


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_extremes(activation):
    none = Recurrence(activation, "gaussian", 0.0, steps=5)
    mean = recurrent_theory.mean_log10(none, np.arange(6))
    assert mean[0] == 0
    assert np.isneginf(mean[1:]).all()
    most = Recurrence(activation, "gaussian", 5.0, steps=200, inputs=100.0)
    assert np.isfinite(recurrent_theory.rms_log10(most)).all()
    assert not np.isnan(recurrent_theory.mean_log10(most, np.arange(201))).any()


def test_singular_values_and_eigenvalues_of_gaussian_weights():
    drawn = [recurrent.recurrent_weights("gaussian", 1.5, 64, seed) for seed in range(20)]
    spectra = [recurrent.spectrum(w) for w in drawn]
    measured = np.mean([s.singular_values for s in spectra], axis=0)
    predicted = recurrent_theory.singular_values(1.5, 64)
    np.testing.assert_allclose(measured, predicted, atol=0.05)
    assert np.square(predicted).mean() == pytest.approx(1.5**2, rel=0.01)
    assert np.median([s.radius for s in spectra]) == pytest.approx(1.5, rel=0.1)


@pytest.mark.parametrize(
    ("activation", "initializer", "gain", "inputs"),
    [
        ("tanh", "gaussian", 1.2, 0.0),
        ("tanh", "gaussian", 5.0, 3.0),
        ("relu", "gaussian", 1.5, 0.1),
        ("sigmoid", "gaussian", 2.0, 0.1),
        ("identity", "gaussian", 1.0, 0.0),
        ("tanh", "orthogonal", 2.0, 0.3),
    ],
)
def test_up_to_its_reach_theory_is_within_a_factor_of_2(activation, initializer, gain, inputs):
    one = Recurrence(
        activation=activation,
        initializer=initializer,
        gain=gain,
        inputs=inputs,
        steps=40,
        width=32,
        nets=20,
    )
    reach = recurrent_theory.reach(one)
    assert 0 < reach < 40
    found = recurrent.through_time(one).jacobians
    off = np.abs(np.median(found.mean, axis=0) - recurrent_theory.mean_log10(one, found.lags))
    assert off[found.lags <= reach].max() < np.log10(2.0)
    narrow = recurrent_theory.reach(replace(one, width=8))
    assert narrow < reach


def test_exact_theory_reaches_everywhere():
    exact = Recurrence("identity", "orthogonal", steps=100, width=2)
    assert recurrent_theory.reach(exact) == 100
