import math
from dataclasses import replace

import numpy as np
import pytest

from vanishing import verdicts
from vanishing.concepts.training import words as notices
from vanishing.concepts.training.charts import scrubbed
from vanishing.concepts.training.charts_curves import gradients
from vanishing.concepts.training.facts import Pair, gradient
from vanishing.engine.nets import activations, datasets, heads, network
from vanishing.engine.nets.boundary import answers_of
from vanishing.engine.nets.training import Run, Settings, run
from vanishing.text import number

SMALL = Settings(data="circles", samples=40, depth=3, width=5, steps=40, seeds=3, records=9)


def pair(**changes: object) -> Pair:
    a = replace(SMALL, **changes)
    return Pair(("A: sigmoid", "B: ReLU"), (run(a), run(replace(a, activation="relu"))))


EXTREMES = {
    "default": {},
    "one layer, one unit, one seed": {"depth": 1, "width": 1, "seeds": 1},
    "regression": {"data": "wave"},
    "ten classes": {"data": "digits"},
    "diverged": {"learning_rate": 1000.0, "depth": 8, "width": 16, "steps": 60},
    "regression, diverged": {"data": "wave", "learning_rate": 1e3, "initializer": "normal_unit"},
    "weights of 0": {"initializer": "normal", "sigma": 0.0},
    "one step": {"steps": 1},
    "very deep": {"depth": 50},
    "batches of one, normalised": {"batch": 1, "normalization": "batch"},
    "layer norm and skips": {"normalization": "layer", "skips": "scaled"},
}


@pytest.mark.parametrize("changes", EXTREMES.values(), ids=EXTREMES)
def test_sentences_hold_at_extremes(changes):
    both = pair(**changes)
    found, numbers = notices.sentences(both, "weights"), notices.in_numbers(both)
    text = " ".join([*found, *numbers])
    assert len(found) >= 3
    assert len(numbers) >= 4
    for broken in ("nan", "None", "inf ", "[", "{"):
        assert broken not in text
    assert ("accuracy" in text) == (changes.get("data") != "wave")


def test_a_single_weight_has_no_spread_to_move_by():
    both = pair(width=1, steps=4)
    said = [notices.at_start(name, run) for name, run in zip(both.names, both.runs, strict=True)]
    for words in said:
        assert "not a number" not in words
        assert "The single weight of layer 3 has no spread" in words
        assert "A step moves layer 1 by " in words
    every = " ".join(notices.at_start("A", pair(width=5, steps=4).runs[0]).split())
    assert "A step moves layer 3 by " in every
    assert "and layer 1 by " in every
    assert "single weight" not in every


@pytest.mark.parametrize("which", ["delta", "weights", "update"])
@pytest.mark.parametrize("changes", [{"width": 1}, EXTREMES["diverged"]], ids=["one", "diverged"])
def test_a_picture_without_a_number_says_so_in_words(changes, which):
    both = pair(**changes)
    assert "not a number" not in scrubbed(both, which).alt
    for side in (0, 1):
        assert "not a number" not in gradients(both, side, which).alt
    if "learning_rate" in changes:
        assert "diverged at step" in scrubbed(both, which).alt


def test_the_same_settings_are_called_the_same_run():
    one = run(SMALL)
    found = notices.what_differs(Pair(("A: sigmoid", "B: sigmoid"), (one, one)))
    assert "same run" in found
    different = replace(SMALL, initializer="he_normal")
    found = notices.what_differs(Pair(("A: x", "B: y"), (one, run(different))))
    assert "seeds from which" in found
    assert "every random draw" not in found


def test_constant_loss_is_the_smallest_that_a_constant_reaches():
    data = datasets.load("blobs", samples=50)
    shares = np.bincount(data.y) / 50
    others = np.random.default_rng(0).dirichlet([1, 1, 1], size=2000)
    best = notices.constant_loss(data)
    assert best == pytest.approx(-sum(p * math.log(p) for p in shares))
    assert (-(np.log(others) @ shares) >= best).all()
    wave = datasets.load("wave", samples=50)
    grid = np.linspace(-2, 2, 401)
    losses = [0.5 * np.mean((wave.y - c) ** 2) for c in grid]
    assert min(losses) == pytest.approx(notices.constant_loss(wave), abs=1e-4)


def test_the_budget_reads_the_loss_at_a_tenth_a_half_and_the_whole():
    one = run(replace(SMALL, activation="relu", records=40))
    (said,) = notices.over_budget("B", one)
    for step in (4, 20, 40):
        (record,) = [r for r in one.records if r.step == step]
        assert f"{number(float(np.median(record.loss)))} after {step}" in said


def test_a_stopped_run_claims_no_more_than_it_did():
    whole = run(SMALL)
    part = Run(whole.settings, whole.data, whole.records[:3])
    (said,) = notices.over_budget("A", part)
    assert f"after {part.final.step}." in said
    assert "after 40" not in said


def test_the_verdict_follows_the_loss():
    one = run(SMALL)
    constant = notices.constant_loss(one.data)
    for factor, words in ((2.0, "worse than"), (1.0, "about the same as"), (0.5, "better than")):
        last = replace(one.final, loss=np.full(3, factor * constant))
        changed = Run(one.settings, one.data, (*one.records[:-1], last))
        assert words in notices.over_budget("A", changed)[0]


def test_the_verdict_is_that_of_the_numbers_as_they_are_shown():
    # 0.8 % apart where three digits are shown, and a little more than 1 % before.
    assert verdicts.beside(0.2424, 0.23999) == "about the same as"
    assert verdicts.beside(0.2660, 0.26865) == "better than"


def test_the_gradient_that_is_looked_at_is_told_beside_that_of_z():
    one = run(SMALL)
    delta, weights = (np.median(gradient(one, kind)[0], axis=0) for kind in ("delta", "weights"))
    told = notices.in_short("A", one, "weights")
    assert f"begins at {number(delta[0], 2)} in layer 1, {number(delta[2], 2)} in layer 3;" in told
    assert f"; ∂J/∂W at {number(weights[0], 2)} and {number(weights[2], 2)}. After" in told
    assert "∂J/∂W" not in notices.in_short("A", one, "delta")


def test_divergence_names_step_layer_and_seeds():
    two = pair(**EXTREMES["diverged"])
    found = two.runs[1].final.diverged
    assert found is not None
    (said,) = notices.divergence("B", two.runs[1])
    assert f"diverged at step {found.step}" in said
    assert found.quantity in said
    assert notices.divergence("A", run(SMALL)) == []


def test_probabilities_sum_to_one_with_both_heads():
    for data in ("circles", "digits"):
        (said,) = notices.probabilities(pair(data=data))
        assert ("softmax over 10" in said) == (data == "digits")
    for one in pair(data="digits").runs:
        assert notices._largest_sum_error(one) < 1e-14


def test_what_a_normalisation_does_is_what_the_sentence_says():
    # Layer norm: x and 2x get the same answer. Batch norm of one row: the answer ignores the row.
    layered = run(replace(SMALL, normalization="layer", seeds=1))
    once = answers_of(layered, layered.final, layered.data.x)
    assert np.allclose(answers_of(layered, layered.final, 2 * layered.data.x), once, atol=1e-3)
    assert "x and 2x" in notices.normalized("A", layered)[0]
    narrow = run(replace(SMALL, normalization="layer", width=1))
    assert np.ptp(answers_of(narrow, narrow.final, narrow.data.x), axis=1).max() < 1e-12
    assert "nothing of the input gets through" in notices.blocked("A", narrow)[0]
    single = run(replace(SMALL, normalization="batch", batch=1))
    assert all((np.abs(g) == 0).all() for g in _weight_gradients_of_one_row(single))
    assert "batch of 1" in notices.blocked("A", single)[0]
    whole = run(replace(SMALL, normalization="batch"))
    assert "each batch of 40" in notices.normalized("A", whole)[0]
    for quiet in (narrow, single, run(SMALL)):
        assert notices.normalized("A", quiet) == []
    assert notices.blocked("A", whole) == []


def _weight_gradients_of_one_row(one: Run) -> tuple[np.ndarray, ...]:
    """∂J/∂W of the hidden layers but the first, on one row of the data."""
    head = heads.for_classes(one.data.classes)
    trace = network.forward(
        one.final.parameters,
        one.data.x[:1],
        activations.get(one.settings.activation),
        head,
        one.settings.architecture,
    )
    targets = head.encode(one.data.y[:1], one.data.classes)
    return network.backward(one.final.parameters, trace, targets, head).weights[:-1]


def test_runs_under_way_are_not_said_to_be_the_same():
    # Before the first step all step sizes agree.
    one, other = run(SMALL), run(replace(SMALL, learning_rate=0.3))
    begun = [Run(r.settings, r.data, r.records[:1]) for r in (one, other)]
    told = notices.what_differs(Pair(("A", "B"), (begun[0], begun[1])))
    assert told.startswith("A and B differ only in the step size: 0.1 against 0.3. All else")


def test_runs_that_only_their_settings_tell_apart_are_said_to_be_the_same():
    plain = replace(SMALL, momentum=0.0)
    same = Pair(("A", "B"), (run(plain), run(replace(plain, optimizer="momentum"))))
    assert "they are the same run, number for number" in notices.what_differs(same)
    assert "same run" not in notices.what_differs(pair())
