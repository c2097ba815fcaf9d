import re

import numpy as np
import pytest

from vanishing.concepts.recurrent import words as notices
from vanishing.concepts.recurrent.facts import Curve
from vanishing.concepts.recurrent.table import NAMES
from vanishing.engine.recurrent import training
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.training import Record, Run, Settings


def through_time(gradients, states=None, limits=None):
    states = states or {name: np.zeros((3, 6)) for name in gradients}
    curves = {
        name: Curve(name, np.array([0, 5]), np.array([[0.0, end]] * 3))
        for name, end in gradients.items()
    }
    return notices.through_time(states, curves, limits or dict.fromkeys(gradients, np.full(3, 2.0)))


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (-3.0, "0.0010: the gradient vanishes"),
        (7.0, "10⁷: the gradient explodes"),
        (0.0, "1.0: the gradient holds its size"),
        (-np.inf, "0: the gradient is exactly 0"),
    ],
)
def test_the_fate_of_a_gradient(log, words):
    assert words in through_time({"tanh": log})[0]


def test_a_ceiling_is_named_only_where_one_net_has_it_and_one_has_not():
    states = {"tanh": np.zeros((3, 6)), "ReLU": np.zeros((3, 6)), "linear": np.full((3, 6), 2.0)}
    states["ReLU"][:, 0] = 9.0
    said = through_time(dict.fromkeys(states, 0.0), states)[3]
    assert "The state of tanh cannot exceed 1" in said
    assert "ReLU and linear has no ceiling: the largest of any net (linear) is 100" in said
    assert not any("ceiling" in s for s in through_time({"tanh": 0.0, "sigmoid": 0.0}))
    assert not any("ceiling" in s for s in through_time({"ReLU": 0.0}))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (
            (0.8, 0.9, 0.95),
            "below 1 in every one of 3 nets (the largest 0.950): the gradient **must**",
        ),
        (
            (1.1, 1.2, 1.0004),
            "above 1 in every one of 3 nets (the smallest 1.0004): it **lets**",
        ),
        (
            (0.8, 0.9, 1.2),
            "above 1 in 1 of 3 nets (the largest 1.20): there it **lets** the gradient grow",
        ),
        ((1.0, 1 + 1e-15, 1 - 1e-15), "at most 1 in every one of 3 nets: the gradient **cannot**"),
    ],
)
def test_a_bound_speaks_for_every_net(limits, words):
    said = through_time({"tanh": 0.0}, limits={"tanh": np.array(limits)})[-1]
    assert words in said
    assert ("**must** vanish" in said) == (min(limits) < 0.99)


def test_nets_that_share_a_bound_share_its_sentence():
    ones, others = np.array([0.9, 1.2]), np.array([0.2, 0.3])
    limits = {"tanh": ones, "sigmoid": others, "ReLU": ones}
    bounds = [told for told in through_time({"tanh": 0.0}, limits=limits) if "bound" in told]
    assert [told.split("**")[1] for told in bounds] == ["tanh, ReLU", "sigmoid"]


def test_what_is_left_at_most_is_the_largest_of_all_bounds():
    said = through_time({"tanh": 0.0}, limits={"tanh": np.array([0.1, 0.5, 0.2])})[-1]
    assert "after 5 steps at most 0.031 is left" in said


def test_the_counter_example_in_words():
    start = recurrent.counter_example(20)
    states = recurrent.unroll(start, recurrent.activations.get("tanh"))
    found = recurrent.jacobians(start.weights, states.slopes)
    curves = [Curve("", found.lags, found.spectral[i : i + 1]) for i in (0, 1)]
    left = np.linalg.norm(states.h[1] - states.h[0], axis=1)
    said = notices.counter_example(recurrent.COUNTER_SPECTRUM, *curves, left)
    assert "after 20 steps is **1.48·10⁶**" in said[0]
    assert "value, 4.00," in said[0]
    # The numbers that are written out, a second way.
    slopes = states.slopes[0, -1]
    assert slopes.round(5).tolist() == [1.0, 0.00018]
    eigenvalues = np.linalg.eigvals(start.weights[0] * slopes)
    assert np.abs(eigenvalues).max() == pytest.approx(2 - 0.00036, abs=1e-5)
    assert f"{left[-1]:.2f} away" in said[2]
    late = recurrent.unroll(recurrent.counter_example(100), recurrent.activations.get("tanh"))
    settled = np.linalg.eigvals(start.weights[1] * late.slopes[1, -1])
    assert np.abs(settled).max() == pytest.approx(0.17, abs=0.005)


def record(step, loss, gradient, clipped, by_time, *, diverged=False):
    ones = np.ones(2)
    return Record(
        step, loss * ones, np.array([by_time] * 2), gradient * ones, clipped * ones, diverged
    )


def three(plain, clipped=None, lstm=None):
    settings = Settings(threshold=1.0, seeds=2, steps=9)
    found = (plain, clipped or plain, lstm or plain)
    return {name: Run(settings, tuple(rs)) for name, rs in zip(NAMES, found, strict=True)}


STUCK = [record(0, 0.2, 5.0, 0.0, [1e-6, 1.0]), record(9, 0.17, 50.0, 0.25, [1e-6, 1.0])]
SOLVED = [record(0, 0.2, 5.0, 0.0, [0.5, 1.0]), record(9, 0.01, 5.0, 0.0, [0.5, 1.0])]
PARTLY = [record(0, 0.2, 5.0, 0.0, [0.5, 1.0]), record(9, 0.1, 5.0, 0.5, [0.5, 1.0])]
WILD = [
    record(0, 0.2, 5.0, 0.0, [0.0, 0.0]),
    record(1, np.nan, np.inf, 0.0, [np.nan] * 2, diverged=True),
]


def test_ends_in_words():
    said = notices.learning(three(STUCK, PARTLY, SOLVED))
    assert "plain: 0.170 at step 9 (about the baseline)" in said[0]
    assert "plain, clipped: 0.100 at step 9 (partly learned)" in said[0]
    assert "LSTM, clipped: 0.0100 at step 9 (learned)" in said[0]
    assert "is 0.167 (medians over 2 nets each)" in said[0]
    assert "reaches a norm of 50." in said[1]
    assert "With c = 1, 45 % of its gradients from step 0 to 9 are" in said[1], "ten, one by one"
    assert "what has vanished does not come back" in said[1]
    assert "1.0·10⁻⁶ for the plain net's state h and 0.50 for the LSTM's cell c." in said[2]


def test_a_divergence_that_clipping_prevents_and_one_it_does_not():
    saved = notices.learning(three(WILD, STUCK))
    assert "diverged at step 1" in saved[0]
    assert "reaches a norm of 5.0, then overflows" in saved[1]
    assert "prevents the divergence" in saved[1]
    lost = notices.learning(three(WILD))
    assert "prevents" not in lost[1]
    assert "does not prevent the divergence" in lost[1]
    assert "0 in float32 (too small for it) for the plain net" in lost[2]


def test_nothing_is_said_of_clipping_before_the_clipped_run_has_come_as_far():
    """Stopped, or under way: of a run at step 0 nobody knows what becomes of it."""
    assert "divergence" not in notices.learning(three(WILD, STUCK[:1]))[1]
    assert not re.search("diverges|ends", notices.learning(three(STUCK[:1], WILD))[1])
    assert "ends" not in notices.learning(three(STUCK, SOLVED[:1]))[1]


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (0.1685, "With it the error is about the same (within 1\u00a0%)."),
        (0.1715, "With it the error is about the same (within 1\u00a0%)."),
        (0.168, "It ends lower with clipping"),
        (0.172, "It ends higher with clipping"),
    ],
)
def test_an_error_is_lower_or_higher_from_one_percent_on(after, words):
    clipped = [STUCK[0], record(9, after, 50.0, 0.25, [1e-6, 1.0])]
    said = notices.learning(three(STUCK, clipped))[1]
    assert words.replace("\u00a0", " ") in said.replace("\u00a0", " ")


def test_a_net_that_diverges_only_with_clipping_is_told_as_that():
    said = notices.learning(three(STUCK, WILD))[1]
    assert "With clipping the net diverges, without it does not." in said


def test_what_overflows_at_once_is_named():
    start = record(0, np.inf, np.inf, 0.0, [np.inf, np.inf], diverged=True)
    said = notices.learning(three([start]))
    assert "gradient overflows at the first step" in said[1]
    assert "∞" not in said[1]
    assert "no number (it overflows) for the plain net" in said[2]


@pytest.mark.parametrize(
    ("activation", "dtype", "told"),
    [
        ("sigmoid", "float32", "0 in float32 (too small for it)"),
        ("sigmoid", "float64", "10⁻"),
        ("relu", "float32", "0"),
    ],
)
def test_a_gradient_too_small_for_its_type_is_not_told_as_none(activation, dtype, told):
    gain = 0.25 if activation == "sigmoid" else 0.0
    settings = Settings(
        length=40, units=4, steps=1, seeds=1, activation=activation, gain=gain, dtype=dtype
    )
    share = notices._share(training.run(settings))
    assert told in share
    assert ("float32" in share) == ("float32" in told)


def test_one_record_is_enough():
    first = [STUCK[0]]
    assert all(notices.learning(three(first)))


def test_how_far_theory_applies_is_said_where_it_ends_before_the_last_step():
    assert notices.dashed({}, 64, 50) == ""
    assert notices.dashed({"tanh": 50, "linear": 60}, 64, 50).endswith("n → ∞.")
    told = notices.dashed({"tanh": 9, "ReLU": 50}, 1, 50)
    assert "drawn for as many steps as it applies to nets of 1 unit: tanh 9, ReLU 50" in told
    assert notices.dashed({"linear": 50}, 64, 50, 3).endswith("n → ∞, for linear only.")
    assert "tanh none, ReLU 50." in notices.dashed({"tanh": 0, "ReLU": 50}, 1, 50)
    none = notices.dashed({"tanh": 0, "ReLU": 0}, 1, 50)
    assert "applies to no step of nets of 1 unit: none is drawn" in none
    assert "Dashed" not in none
