"""Each entry names an error planted in the engine, and what it does: here it is done.

The page shows the same data, so that what it says of planted errors is what happens.
"""

from dataclasses import replace

import numpy as np
import pytest

from vanishing.concepts.chain import claims as chain_claims
from vanishing.engine.chain import products
from vanishing.engine.dead import born
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead import units as dead_units
from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import ARTICLE, Cell
from vanishing.engine.descent import float_limits
from vanishing.engine.descent import paths as descent
from vanishing.engine.nets import activations, heads, initializers, optimizers, speed
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.evidence import claims, papers
from vanishing.evidence import model as evidence
from vanishing.evidence import store as evidence_store
from vanishing.evidence.model import Claim

# Of its own, so that nothing that the engine remembers of a spoiled run is used elsewhere.
SEED = 7


def spoil(monkeypatch, where, name, wrong):
    """Replace a function of the engine by `wrong`, which gets the right one first."""
    right = getattr(where, name)
    monkeypatch.setattr(where, name, lambda *a, **k: wrong(right, *a, **k))


def slopes(factor):
    """Multiply every derivative by a factor."""

    def wrong(right, *arguments):
        activation = right(*arguments)

        def both(z):
            value, slope = activation.value_and_slope(z)
            return value, factor * slope

        return replace(activation, value_and_slope=both)

    return lambda patch: spoil(patch, activations, "get", wrong)


def instead(key, other, alpha=None):
    """Take another activation for the one that is asked for."""

    def wrong(right, asked, *rest):
        return right(other, alpha) if asked == key else right(asked, *rest)

    return lambda patch: spoil(patch, activations, "get", wrong)


def weights(factor):
    """Draw all weights too large or too small."""
    return lambda patch: spoil(
        patch, initializers.Initializer, "sample", lambda right, *a: factor * right(*a)
    )


def off_below(limit):
    return lambda patch: spoil(patch, dead_runs, "unit_states", lambda right, zs: right(zs - limit))


def half_steps(patch):
    def wrong(right, *arguments):
        best = right(*arguments)
        return replace(best, rate=0.5 * best.rate)

    spoil(patch, descent, "best", wrong)


def half_updates(patch):
    def wrong(right, key):
        rule = right(key)
        return replace(rule, rule=lambda g, state, rate, m: rule.rule(g, state, 0.5 * rate, m))

    spoil(patch, optimizers, "get", wrong)


def quarters_taken_for_fifths(patch):
    patch.setattr(float_limits, "FACTOR", 0.2)


def slow_relu(right, chosen):
    return tuple(
        replace(one, value=50 * one.value) if one.key == "relu" else one for one in right(chosen)
    )


def unnormalised(right, classes):
    head = right(classes)
    return replace(head, output=lambda z: 1.01 * head.output(z))


def clipped_by_entry(_right, gradient, threshold):
    np.clip(gradient, -0.1 * threshold, 0.1 * threshold, out=gradient)


def narrow_weights(right, sigma, *rest):
    return right(0.2 * sigma, *rest)


def drawn_from(initializer):
    return lambda patch: spoil(
        patch, initializers, "get", lambda right, key, *a: right(initializer, *a)
    )


def function(where, name, wrong):
    return lambda patch: spoil(patch, where, name, wrong)


ERRORS = {
    "half the best step size": half_steps,
    "every update halved": half_updates,
    "fifths multiplied instead of quarters": quarters_taken_for_fifths,
    "every derivative 10 % too small": slopes(0.9),
    "every derivative halved": slopes(0.5),
    "every derivative three times too small": slopes(1 / 3),
    "every derivative doubled": slopes(2.0),
    "every factor half as large again": function(
        products, "running_product", lambda right, f, d: right(1.5 * f, d)
    ),
    "weights a fifth as large as they should be": function(
        chain_claims, "share_within_one", narrow_weights
    ),
    "weights 10 % too large": weights(1.1),
    "weights 10 % too small": weights(0.9),
    "positive weights only": drawn_from("positive"),
    "He's weights for positive ones": drawn_from("he_normal"),
    "leaky ReLU of slope 0.1 for ReLU": instead("relu", "leaky_relu", 0.1),
    "ReLU for leaky ReLU": instead("leaky_relu", "relu"),
    "identity for leaky ReLU": instead("leaky_relu", "identity"),
    "tanh for ReLU": instead("relu", "tanh"),
    "sigmoid for ReLU": instead("relu", "sigmoid"),
    "ReLU fifty times as slow": function(speed, "per_element", slow_relu),
    "a neuron that leaks a tenth": function(
        dead_units, "one_neuron", lambda right, *a: right(*a, 0.1)
    ),
    "units off only from z = −3 down": off_below(-3.0),
    "batch norm left out": function(
        Cell, "settings", lambda right, *a: replace(right(*a), normalization="none")
    ),
    "an output layer that answers 1 % too much": function(heads, "for_classes", unnormalised),
    "nets three layers deeper": function(
        born, "born_dead_curve", lambda right, depth, *a: right(depth + 3, *a)
    ),
    "a bound half as large": function(
        recurrent, "bound_log10", lambda right, *a: right(*a) - np.log10(2)
    ),
    "every entry clipped alone": function(recurrent_training, "clip", clipped_by_entry),
}
"""What the entries' words for an error mean."""

ENTRIES = (*claims.CLAIMS, *papers.CARDS)
each = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)


def test_every_error_is_some_entry_s():
    assert set(ERRORS) == {entry.planted.error for entry in ENTRIES}


@each
def test_a_planted_error_does_what_the_entry_says(monkeypatch, entry):
    planted, right = entry.planted, evidence_store.shipped()[entry.key]
    ERRORS[planted.error](monkeypatch)
    finding = evidence.measure(entry, SEED)
    if planted.turns:
        assert evidence.judge(entry, finding) is planted.turns
        assert evidence.judge(entry, right) is not planted.turns
        return
    wanted = entry.predicted if isinstance(entry, Claim) else entry.expectations
    missed = [one.figure for one in wanted if not one.met(finding.figures)]
    assert missed
    assert tuple(missed) == planted.misses
    assert evidence.as_expected(entry, right)


def test_the_article_s_net_is_the_base_of_the_single_techniques():
    assert all(len(one.differing(ARTICLE)) == 1 for one in depth_limits.single_changes())
