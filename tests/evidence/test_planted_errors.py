"""An error planted in the engine turns the verdict, or contradicts what was predicted."""

from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine.chain import products as chain
from vanishing.engine.dead import units as dead_units
from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import ARTICLE
from vanishing.engine.descent import float_limits
from vanishing.engine.descent import paths as descent
from vanishing.engine.nets import activations, heads, initializers, network, speed
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.evidence import claims, papers
from vanishing.evidence import model as evidence
from vanishing.evidence.model import Verdict

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
    return lambda patch: patch.setattr(dead_units, "off", lambda zs: zs <= limit)


def half_steps(patch):
    def wrong(right, *arguments):
        best = right(*arguments)
        return replace(best, rate=0.5 * best.rate)

    spoil(patch, descent, "best", wrong)


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


def without_skips(patch):
    patch.setattr(network.Architecture, "branch", lambda *_: None)


PLANTED = {
    "C1": half_steps,
    "C2": half_steps,
    "C3": quarters_taken_for_fifths,
    "C4": slopes(0.9),
    "C5": slopes(0.9),
    "C6": lambda p: spoil(p, chain, "running_product", lambda right, f, d: right(1.5 * f, d)),
    "C8": slopes(2.0),
    "C9": lambda p: spoil(
        p, chain, "draws", lambda right, n, s, *a, **k: right(n, 0.3 * s, *a, **k)
    ),
    "C10": slopes(0.5),
    "C11": lambda p: spoil(
        p, descent, "outcomes", lambda right, f, at, rates, n: right(f, at, 0.5 * rates, n)
    ),
    "C12": slopes(0.5),
    "C13": instead("relu", "leaky_relu", 0.1),
    "C14": lambda p: spoil(p, speed, "per_element", slow_relu),
    "C15": lambda p: spoil(p, dead_units, "one_neuron", lambda right, *a: right(*a, 0.1)),
    "C16": lambda p: spoil(p, initializers, "get", lambda right, key, *a: right("he_normal", *a)),
    "C17": off_below(-3.0),
    "C18": lambda p: spoil(p, initializers, "get", lambda right, key, *a: right("positive", *a)),
    "C19": instead("leaky_relu", "relu"),
    "C20": instead("leaky_relu", "identity"),
    "C21": instead("relu", "tanh"),
    "C22": slopes(0.5),
    "C23": without_skips,
    "C24": lambda p: spoil(p, heads, "for_classes", unnormalised),
    "C25": slopes(0.5),
    "C26": slopes(0.5),
    "C27": instead("relu", "sigmoid"),
    "nielsen-2": slopes(0.3),
    "nielsen-3": slopes(0.5),
    "nielsen-4": slopes(0.5),
    "glorot-layers": slopes(0.5),
    "glorot-singular": weights(1.1),
    "he-scale": weights(1.1),
    "schoenholz-critical": slopes(0.9),
    "schoenholz-sigmoid": slopes(0.9),
    "schoenholz-depth": slopes(0.9),
    "yang-explosion": slopes(0.9),
    "lu-born-dead": lambda p: spoil(
        p, dead_units, "born_dead_monte_carlo", lambda right, depth, *a: right(depth + 3, *a)
    ),
    "hanin-lengths": weights(0.9),
    "pascanu-counterexample": slopes(0.9),
    "pascanu-vanish": lambda p: spoil(
        p, recurrent, "growth_limit", lambda right, *a: 0.5 * right(*a)
    ),
    "pascanu-clip": lambda p: spoil(p, recurrent_training, "clip", clipped_by_entry),
    "ieee-underflow": quarters_taken_for_fifths,
}
"""C7 has tests of its own."""

TURNED = {
    "C4": Verdict.FAILS,
    "C5": Verdict.FAILS,
    "C6": Verdict.FAILS,
    "C9": Verdict.FAILS,
    "C11": Verdict.FAILS,
    "C13": Verdict.FAILS,
    "C14": Verdict.FAILS,
    "C15": Verdict.FAILS,
    "C16": Verdict.FAILS,
    "C17": Verdict.HOLDS,
    "C18": Verdict.FAILS,
    "C19": Verdict.FAILS,
    "C20": Verdict.FAILS,
    "C21": Verdict.FAILS,
    "C23": Verdict.HOLDS,
    "C24": Verdict.FAILS,
    "C26": Verdict.HOLDS,
    "C27": Verdict.FAILS,
}
"""What the verdict becomes, where the error is of that kind."""


def test_an_error_is_planted_for_every_entry():
    keys = {entry.key for entry in (*claims.CLAIMS, *papers.CARDS)}
    assert set(PLANTED) == keys - {"C7"}


@pytest.mark.parametrize("claim", claims.CLAIMS, ids=lambda claim: claim.key)
def test_another_seed_gives_the_same_verdict(claim):
    expected = evidence.judge(claim, evidence.measure(claim))
    other = evidence.measure(claim, 3)
    assert evidence.judge(claim, other) is expected
    assert evidence.as_expected(claim, other)


@pytest.mark.parametrize("card", papers.CARDS, ids=lambda card: card.key)
def test_another_seed_is_within_the_tolerances_too(card):
    assert evidence.as_expected(card, evidence.measure(card, 3))


@pytest.mark.parametrize("key", PLANTED)
def test_a_planted_error_is_seen(monkeypatch, key):
    by_key = {entry.key: entry for entry in (*claims.CLAIMS, *papers.CARDS)}
    entry = by_key[key]
    PLANTED[key](monkeypatch)
    finding = evidence.measure(entry, SEED)
    if key in TURNED:
        assert evidence.judge(entry, finding) is TURNED[key]
    else:
        assert not evidence.as_expected(entry, finding)


def test_the_article_s_net_is_the_base_of_the_single_techniques():
    assert all(len(one.differing(ARTICLE)) == 1 for one in depth_limits.single_changes())
