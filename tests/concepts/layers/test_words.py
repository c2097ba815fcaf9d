import math
import re
from dataclasses import replace

import numpy as np
import pytest

from vanishing.concepts.layers import scenes
from vanishing.concepts.layers import words as say
from vanishing.engine.nets.activations import KEYS, get
from vanishing.engine.wide import criticality
from vanishing.engine.wide.layers import Settings, at_start

SMALL = Settings(depth=6, width=24, samples=40, seeds=20)
EXTREMES = [
    {},
    {"depth": 1},
    {"depth": 2, "activation": "identity"},
    {"initializer": "scaled", "weight_variance": 0.0},
    {"initializer": "scaled", "weight_variance": 1e6, "activation": "identity"},
    {"initializer": "positive"},
    {"initializer": "normal_unit", "activation": "relu", "width": 1},
    {"normalization": "batch", "activation": "relu", "initializer": "he_normal"},
    {"normalization": "layer", "skips": "scaled", "activation": "gelu", "bias_variance": 5.0},
    {"skips": "identity"},
]


@pytest.mark.parametrize("changes", EXTREMES, ids=str)
def test_there_is_something_to_say_at_every_extreme(changes):
    start = at_start(replace(SMALL, **changes))
    settings = start.settings
    curves = {
        settings.get_activation().name: criticality.factor_curve(settings.get_activation(), 0.0)
    }
    first = start.predicted.variances[0] if start.predicted else 1.0
    fixed = 0.0 if settings.skips != "none" else 1.0
    for told in (
        say.by_layer(start, ("delta", "weight", "bias")),
        say.histograms(start),
        say.size(start, first, fixed),
        say.weights(settings, curves),
    ):
        assert told
        for sentence in told:
            assert sentence.endswith("."), sentence
            assert "nan" not in sentence, sentence
            assert "not a number" not in sentence, sentence


def test_the_first_sentence_holds_the_measured_and_the_predicted_factor():
    start = at_start(replace(SMALL, activation="sigmoid", initializer="xavier_normal"))
    told = say.by_layer(start, ("delta",))[0]
    delta = start.measured.delta
    factor = np.median(delta[:, 0] / delta[:, -1]) ** (1 / 5)
    measured, predicted = re.findall(r"×([\d.]+) a layer", told)
    assert float(measured) == pytest.approx(factor, rel=5e-3)
    assert float(predicted) == pytest.approx(start.predicted.deltas[0] ** (1 / 5), rel=5e-3)
    assert "**vanishes**" in told


def test_outside_the_range_of_theory_no_prediction_is_named():
    start = at_start(replace(SMALL, activation="relu", initializer="he_normal", depth=40, width=16))
    told = say.by_layer(start, ("delta",))[0]
    assert "theory predicts" not in told
    assert "does not apply to 40 layers of 16 units" in told
    assert "outside its range" in scenes._dashed(start, ("delta",))
    within = at_start(SMALL)
    assert "theory predicts" in say.by_layer(within, ("delta",))[0]
    assert scenes._dashed(within, ("weight",)).endswith("fitted (here only for the outputs).")


def test_the_trap_is_called_one_and_its_cure_is_not():
    trap = at_start(replace(SMALL, depth=8, initializer="uniform_standard"))
    told = " ".join(say.by_layer(trap, ("delta", "weight")))
    assert "nearly even" in told
    assert "No line is predicted for ∂J/∂W" in told
    cure = at_start(replace(SMALL, depth=3, initializer="xavier_uniform"))
    assert "nearly even" not in " ".join(say.by_layer(cure, ("delta", "weight")))


def test_the_batch_norm_factor_is_the_squared_one():
    start = at_start(
        replace(SMALL, normalization="batch", activation="relu", initializer="he_normal")
    )
    told = say.by_layer(start, ("delta",))[-1]
    factor = say.per_layer(start)
    assert f"×{factor**2:.2f} a layer" in told
    assert "π/(π − 1) = 1.467" in told


@pytest.mark.parametrize("key", KEYS)
def test_the_crossing_is_where_the_factor_is_1(key):
    curve = criticality.factor_curve(get(key), 0.1)
    told = say._crossing(get(key).name, curve)
    found = re.search(r"up to n·Var\(w\) ≈ ([\d.]+)", told)
    if found is None:
        assert "smallest shown" in told
        return
    place = float(found[1])
    chi = [criticality.limit_susceptibility(get(key), place * by, 0.1) for by in (0.97, 1.03)]
    assert chi[0] < 1.0 - 1e-6 < chi[1] + 2e-6


def test_sigmoid_is_told_apart_from_the_article():
    start = replace(SMALL, activation="sigmoid")
    curve = criticality.factor_curve(get("sigmoid"), 0.0)
    told = say.weights(start, {"sigmoid": curve})
    assert "sigmoid ×0.236" in " ".join(told)
    assert "up to n·Var(w) ≈ 103 " in " ".join(told)
    assert "not about a wide net" in told[-1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight_variance": 1.0}, "**vanishes**, falling e-fold every 1.44 layers"),
        ({"weight_variance": 2.0}, "**critical**"),
        ({"weight_variance": 3.0}, "**explodes**, growing e-fold every 2.47 layers"),
        ({"weight_variance": 0.0}, "ξ = 0"),
        ({"weight_variance": 2.001}, "nearly critical"),
        ({"initializer": "positive"}, "no depth scale"),
    ],
)
def test_depth_scales_in_words(changes, words):
    settings = replace(SMALL, activation="relu", **{"initializer": "scaled", **changes})
    assert words in say.lives(settings)


def test_where_q_goes():
    start = at_start(SMALL)
    assert "shrinks towards 0" in say.size(start, 1.0, 0.0)[0]
    assert "without end" in say.size(start, 1.0, math.inf)[0]
    assert "stays at 1.00" in say.size(start, 1.0, 1.0)[0]
    assert "to q* = 2.00" in say.size(start, 1.0, 2.0)[0]
    assert "at any other" in say.size(start, 1.0, 1.0, anywhere=True)[0]
