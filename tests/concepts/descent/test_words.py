"""Sentences about descents, also at the extremes."""

import numpy as np
import pytest

from vanishing.concepts.descent import words as say
from vanishing.engine.descent import float_limits, surfaces
from vanishing.engine.descent import paths as descent
from vanishing.engine.descent.paths import DIVERGED, UNSETTLED, Budget, Measured, descend

BOTH = ("gradient_descent", "momentum")


def test_a_descent_that_leaves_says_at_which_step():
    surface = surfaces.bowl(10.0)
    path = descend(surface, "gradient_descent", 2.5, 100)
    assert f"at step {path.left}" in say.outcome(surface, path)


def test_the_nearest_minimum_is_named_where_there_are_two():
    surface = surfaces.two_minima()
    path = descend(surface, "gradient_descent", 0.1, 500)
    assert "the shallow minimum" in say.outcome(surface, path)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.5, "no overshoot"),
        (1.0, "no overshoot"),
        (1.9, "zig-zag"),
        (2.0, "to and fro"),
        (2.1, "diverges"),
    ],
)
def test_stability_on_a_bowl(rate, words):
    plain, heavy = say.stability(surfaces.bowl(100.0), BOTH, rate, 100.0, 0.9)
    assert words in plain
    assert "below 2(1 + μ)/λₘₐₓ = 3.8" in heavy, "momentum's own limit"


@pytest.mark.parametrize(
    ("rate", "momentum", "side"),
    [
        (4.0, 0.99, "**diverges**: η is above 2(1 + μ)/λₘₐₓ = 3.98."),
        (0.1, 0.99, "η is below 2(1 + μ)/λₘₐₓ = 3.98."),
        (3.8, 0.95, "η is below 2(1 + μ)/λₘₐₓ = 3.9."),
        (3.8, 0.9, "η is exactly 2(1 + μ)/λₘₐₓ = 3.8:"),
        (2.0, 0.0, "η is exactly 2(1 + μ)/λₘₐₓ = 2:"),
    ],
)
def test_no_rounding_puts_the_step_size_on_the_wrong_side_of_a_bound(rate, momentum, side):
    (told,) = say.stability(surfaces.bowl(1000.0), ("momentum",), rate, 1000.0, momentum)
    assert side in told
    path = descend(surfaces.bowl(1000.0), "momentum", rate, 3000, momentum)
    assert (path.left is not None) == ("diverges" in told)
    if "exactly" in told:
        assert path.losses[-1] == pytest.approx(path.losses[-2], rel=1e-3)


def test_stability_elsewhere_is_that_of_the_start():
    (told,) = say.stability(surfaces.rosenbrock(), BOTH, 0.001, 100.0, 0.9)
    assert "1,500" in told
    assert "0.0013" in told
    flat = surfaces.neuron("squared", (-10.0, 0.0))
    assert "no limit" in say.stability(flat, BOTH, 1.0, 1.0, 0.9)[0]


def test_no_optimiser_is_spoken_of_that_was_not_chosen():
    for surface in (surfaces.bowl(100.0), surfaces.rosenbrock()):
        (told,) = say.stability(surface, ("momentum",), 0.001, 100.0, 0.9)
        assert "radient descent" not in told
        assert "2(1 + μ)/λₘₐₓ" in told
        assert say.stability(surface, ("adam",), 0.001, 100.0, 0.9) == []


def test_beyond_step_size_states_both_rates():
    told = say.beyond(100.0)
    assert "0.980" in told
    assert "0.818" in told
    assert "single step" in say.beyond(1.0)


def test_speed_says_what_was_measured_beside_what_was_promised():
    found = {k: descent.steps_to(k, (100.0,), 1e-6) for k in ("gradient_descent", "momentum")}
    told = " ".join(say.speed(found, 100.0))
    for words in (
        "**691 steps**",
        "promises 690.8 steps",
        "**93 steps**",
        "68.8",
        "1.4 times",
        "7.4 times",
    ):
        assert words in told


def test_speed_at_the_limit_and_on_a_round_bowl():
    none = {"gradient_descent": [Measured(9.0, None, 5.0)], "momentum": [Measured(9.0, 4, 3.9)]}
    assert "more than 100,000 steps" in say.speed(none, 9.0)[0]
    round_ = {k: descent.steps_to(k, (1.0,), 1e-6) for k in ("gradient_descent", "momentum")}
    assert "1 step**" in say.speed(round_, 1.0)[0]
    assert len(say.speed(round_, 1.0)) == 2


def test_a_budget_is_enough_or_too_few():
    steps = np.array([1, 10])
    good = Budget(2.0, steps, np.array([0.5, 1e-20]), np.array([0.5, 0.0]), 5)
    poor = Budget(9.0, steps, np.array([5.0, 0.2]), np.array([0.9, 0.1]), None)
    told = say.spent([good, poor], 10, 1e-6)
    assert "less than 10⁻¹⁶ of the cost is left, enough" in told[0]
    assert "20 % of the cost is left, **too few**" in told[1]
    assert "*raises*" in told[2]
    assert len(say.spent([good], 10, 1e-6)) == 1


def test_the_price_is_iterations_times_their_cost():
    one = descent.spend("gradient_descent", (1000.0,), (1, 10_000), 1e-6)[0]
    told = say.price("gradient_descent", one, 1e-6, "10⁻⁶", 60.0)
    # ln 10⁻⁶ / 2 ln (999/1001) = 3453.9
    assert "takes 3,454 iterations (its rate promises 3,454): 2.4 days at 60 s each" in told
    short = descent.spend("gradient_descent", (1000.0,), (1, 100), 1e-6)[0]
    told = say.price("gradient_descent", short, 1e-6, "10⁻⁶", 60.0)
    assert "takes more than 100 iterations (its rate promises 3,454)" in told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.001, "1 ms"),
        (1, "1 s"),
        (90, "90 s"),
        (180, "3 minutes"),
        (7200, "2 hours"),
        (864_000, "10 days"),
        (1e9, "32 years"),
    ],
)
def test_times_in_words(seconds, words):
    assert say.duration(seconds) == words


def test_absorption_comes_before_underflow_or_with_it():
    told = say.absorbed([float_limits.measured("float16")], 1.0, 1.0)
    assert "n = **6**" in told[0]
    assert "2.4·10⁻⁴" in told[0]
    late = say.absorbed([float_limits.measured("float16", 0.001, 1000.0)], 0.001, 1000.0)
    assert "only from there too (n = 13)" in late[0]


def test_the_plateau_is_called_one_only_where_it_is_flat():
    for loss, start, flat in (
        ("squared", (-8.0, 1.0), True),
        ("squared", (-1.0, 1.0), False),
        ("cross_entropy", (-8.0, 1.0), False),
    ):
        surface = surfaces.neuron(loss, start)
        path = descend(surface, "gradient_descent", 1.0, 50)
        told = say.plateau(surface, [path], loss == "squared")
        assert ("no sign of a minimum" in told[0]) == flat
        halved = bool((path.losses <= 0.5 * path.losses[0]).any())
        assert ("first halves" in told[1]) == halved


def test_a_path_that_leaves_the_plateau_for_good_is_named():
    surface = surfaces.neuron("cross_entropy", (-8.0, 1.0))
    path = descend(surface, "gradient_descent", 3000.0, 50)
    assert path.left is not None
    assert "leaves the range" in say.plateau(surface, [path], False)[1]


STARTS, RATES = (-1.0, 1.0), (0.1, 0.3, 0.6, 3.0)
ENDS = np.array([[0, 1], [0, 1], [0, UNSETTLED], [DIVERGED, DIVERGED]], dtype=np.int8)


def test_the_basin_sentences_follow_the_measurement():
    first = say.basin(ENDS, STARTS, RATES, (1.0, 0.1), "shallow")
    assert "ends **in the shallow minimum**" in first[0]
    assert "50 % of the starts end in the deep one" in first[0]
    assert "from η = 0.1 to 0.3" in first[1]
    assert len(first) == 3, "the smallest step is not compared with itself"
    assert "not settled" in say.basin(ENDS, STARTS, RATES, (1.0, 0.6), "shallow")[0]
    assert "diverges" in say.basin(ENDS, STARTS, RATES, (1.0, 3.0), "shallow")[0]


def test_what_stands_in_a_minimum_from_the_start_does_not_reach_it():
    own = np.array([[0, 0, 1], [0, DIVERGED, DIVERGED]], dtype=np.int8)
    told = say.basin(own, (-1.0, -0.5, 0.5), (0.1, 2.5), (-1.0, 2.5), "shallow")[0]
    assert "ends **in the deep minimum**, where it starts." in told
    assert "33 % of the starts end in the deep one (only the one that stands in it)" in told
    told = say.basin(own, (-1.0, -0.5, 0.5), (0.1, 2.5), (-0.5, 0.1), "shallow")[0]
    assert "where it starts" not in told
    assert "67 % of the starts end in the deep one, 33 %" in told
