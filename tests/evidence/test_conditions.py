"""What a claim's condition says is where the experiment turns, on both sides of it."""

import re

import pytest

from vanishing.evidence import again, claims, model, store
from vanishing.evidence import report as evidence_table
from vanishing.evidence.claims import CLAIMS
from vanishing.evidence.model import Verdict

CONDITIONED = [claim for claim in CLAIMS if claim.narrowed]
POSSIBLE = re.compile(r"\b(can|may)\b")

SAID = {
    "C9": ("15 units with sigmoid", "5 with tanh", "biases 0"),
    "C10": ("∂J/∂z vanishes",),
    "C11": ("overshoot the local minimum",),
    "C12": ("1.15", "20 layers", "biases of variance 0.05"),
    "C15": ("plain gradient descent",),
    "C19": ("alive at the start", "biases of −1", "0.2", "5 layers"),
    "C20": ("He's weights", "85 %", "variance 1/n"),
    "C23": ("scaled skips", "90 %", "100 layers", "65 %"),
    "C26": ("15 units", "biases 0"),
    "C27": ("4 layers", "no normalisation", "plain gradient descent", "300 steps"),
}
"""What belongs to a condition: without it, it is not true of the nets beyond it."""


@pytest.mark.parametrize("key", SAID)
def test_a_condition_says_all_that_it_needs(key):
    condition = claims.get(key).only_if
    assert [words for words in SAID[key] if words not in condition] == []


@pytest.mark.parametrize("claim", CONDITIONED, ids=lambda claim: claim.key)
def test_across_its_boundary_the_verdict_turns(claim):
    """As the repeats tell that are shipped; they are measured where the contract is."""
    assert claim.beyond
    assert model.judge(claim, store.shipped()[claim.key]) is Verdict.ONLY_IF
    changes = again.settings(claim)
    beyond = [one for one in store.repeated()[claim.key] if one.beyond]
    assert {name for one in beyond for name in changes[one.setting]} == set(claim.beyond)
    for one in beyond:
        assert one.turned == tuple(range(one.seeds)), one


def test_what_starts_from_inputs_is_not_saved_by_layers():
    """Normalising every layer is not what C25 speaks of: centring the inputs."""
    claim = claims.get("C25")
    assert not claim.only_if
    assert claim.planted.turns is None
    assert list(claim.why) == [Verdict.FAILS]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_what_can_happen_does_not_without_its_cause(claim):
    assert bool(POSSIBLE.search(claim.says)) == bool(claim.without)
    if claim.without:
        needed = claim.narrowed or claim.stated
        assert claim.without in {one.figure for one in needed}


def test_the_rule_for_what_can_happen_is_told():
    readme = " ".join(evidence_table.README.read_text("utf-8").split())
    assert model.CAN in readme


def test_settings_beyond_are_told_apart_from_those_nearby():
    claim = claims.get("C12")
    names = list(again.settings(claim))
    assert names.index("scale = 1") < names.index("scale = 1.3")
