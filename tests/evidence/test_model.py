import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from vanishing.evidence import model as evidence
from vanishing.evidence.expected import about, at_least, at_most, factor, in_band
from vanishing.evidence.finding import Figure, Finding, Line, Picture
from vanishing.evidence.model import Card, Claim, Planted, Verdict

PICTURE = Picture("x", "y", (Line("line", (1.0, 2.0), (3.0, 4.0)),))


def finding(value: float, low: float | None = None, high: float | None = None) -> Finding:
    return Finding({"a": Figure(value, low, high), "b": Figure(5.0)}, PICTURE)


def experiment(seed: int) -> Iterator[float | Finding]:
    yield 0.5
    yield finding(float(seed))


CLAIM = Claim(
    key="C0",
    title="A is small",
    says="A is at most 1.",
    conditions="None.",
    figures={"a": "The size of A", "b": "Another"},
    page="chain",
    experiment=experiment,
    budget=1.0,
    planted=Planted("A drawn too large", Verdict.FAILS),
    stated=(at_most("a", 1.0, basis="the claim"),),
    narrowed=(at_most("a", 3.0, basis="the condition"), at_least("b", 5.0, basis="b")),
    only_if="three is small",
    predicted=(about("a", 0.0, within=0.5, basis="theory"),),
    why_holds="A is {a} and B is {b}.",
)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.0, Verdict.HOLDS),
        (1.0, Verdict.HOLDS),
        (1.001, Verdict.ONLY_IF),
        (3.001, Verdict.FAILS),
        (math.inf, Verdict.FAILS),
        (math.nan, Verdict.FAILS),
    ],
)
def test_the_verdict_follows_from_the_figure(value, verdict):
    assert evidence.judge(CLAIM, finding(value)) is verdict


def test_no_condition_saves_a_claim_that_names_none():
    assert evidence.judge(replace(CLAIM, narrowed=()), finding(2.0)) is Verdict.FAILS


def test_every_part_of_a_condition_must_be_met():
    claim = replace(CLAIM, narrowed=(*CLAIM.narrowed, at_least("b", 6.0, basis="more")))
    assert evidence.judge(claim, finding(2.0)) is Verdict.FAILS


def test_the_reason_is_made_of_the_numbers():
    assert evidence.reason(CLAIM, finding(0.5)) == "A is 0.500 and B is 5."


@pytest.mark.parametrize("value", [2.0, 7.0])
def test_an_unforeseen_verdict_names_what_decided_it(value):
    words = evidence.reason(CLAIM, finding(value))
    assert words == f"The size of A: measured {value:.0f}, needed at most 1."


def test_a_claim_that_holds_against_all_expectation_has_a_reason_too():
    words = evidence.reason(replace(CLAIM, why_holds=""), finding(0.5))
    assert words == "The size of A: measured 0.500, needed at most 1."


def test_the_condition_is_said_with_the_verdict():
    words = evidence.verdict_in_words
    assert words(CLAIM, Verdict.ONLY_IF) == "holds only if three is small"
    assert words(CLAIM, Verdict.HOLDS) == "holds"
    assert words(CLAIM, Verdict.FAILS) == "does not hold as stated"


def test_expected_is_what_theory_predicted_whatever_the_verdict():
    assert evidence.as_expected(CLAIM, finding(0.4))
    assert not evidence.as_expected(CLAIM, finding(0.9))


def test_a_card_passes_when_every_published_number_is_met():
    card = Card(
        key="paper",
        title="A",
        says="A is 2.",
        conditions="None.",
        figures=CLAIM.figures,
        page="chain",
        experiment=experiment,
        budget=1.0,
        planted=Planted("A drawn too large", misses=("a",)),
        paper="Somebody 2000: On A",
        where="section 1",
        published=(in_band("a", 2.0, basis="one draw"), about("b", 5.0, within=0, basis="b")),
    )
    assert evidence.as_expected(card, finding(3.0, 1.9, 4.0))
    assert not evidence.as_expected(card, finding(3.0, 2.1, 4.0))
    assert not evidence.as_expected(card, finding(2.001))
    assert hash(card) == hash(replace(card, title="B"))
    derived = replace(card, published=(), derived=card.published)
    assert evidence.as_expected(derived, finding(3.0, 1.9, 4.0))
    assert not evidence.as_expected(derived, finding(3.0, 2.1, 4.0))


def test_an_error_is_told_by_what_it_does():
    assert evidence.error_in_words(CLAIM) == (
        "With A drawn too large, the verdict becomes “does not hold as stated”."
    )
    seen = replace(CLAIM, planted=Planted("A drawn too large", misses=("a", "b")))
    assert evidence.error_in_words(seen) == (
        "With A drawn too large, “The size of A”, “Another” are no longer what theory predicts."
    )


@pytest.mark.parametrize(
    ("expectation", "words", "met", "missed"),
    [
        (about("a", 0.25, within=0.05, basis=""), "0.250 ± 0.05", [0.2, 0.3], [0.19, 0.31]),
        (about("a", 3.0, within=0, basis="", unit="layers"), "3 layers", [3.0], [2.9, 3.1]),
        (
            about("a", 0.5, within=0.02, basis="", unit="%"),
            "50 % ± 2 points",
            [0.48, 0.52],
            [0.4, 0.53],
        ),
        (factor("a", 8.0, times=2, basis=""), "8, within a factor 2", [4.0, 16.0], [3.9, 17.0]),
        (at_most("a", 1e-9, basis=""), "at most 1.00·10⁻⁹", [-5.0, 1e-9], [1.1e-9]),
        (at_least("a", 12.0, basis="", unit="layers"), "at least 12 layers", [12.0, 1e9], [11.0]),
    ],
)
def test_an_expectation_is_an_interval_with_both_its_ends(expectation, words, met, missed):
    assert expectation.words == words
    assert all(expectation.met(finding(value).figures) for value in met)
    assert not any(expectation.met(finding(value).figures) for value in missed)


def test_with_the_band_its_nearer_end_decides():
    limit = at_most("a", 1.0, basis="", by_band=True)
    assert limit.met(finding(1.2, 0.9, 1.5).figures)
    assert not limit.met(finding(1.2, 1.1, 1.5).figures)
    assert not at_most("a", 1.0, basis="").met(finding(1.2, 0.9, 1.5).figures)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (12.0, "layers", "12 layers"),
        (0.25, "", "0.250"),
        (0.6827, "%", "68.3 %"),
        (0.9999, "%", "> 99.9 %"),
        (1.0, "%", "100 %"),
        (0.0, "%", "0 %"),
        (math.inf, "", "∞"),
        (-3.0, "", "−3"),
    ],
)
def test_numbers_in_words(value, unit, words):
    assert Figure(value, unit=unit).words() == words


def test_a_band_in_words():
    assert Figure(0.5, 0.4, 0.6, "%").band() == "40 % to 60 %"
    assert Figure(0.5).band() == ""


def test_lines_must_fit_together():
    with pytest.raises(ValueError, match="differ in length"):
        Line("line", (1.0,), (1.0, 2.0))
    with pytest.raises(ValueError, match="differ in length"):
        Line("line", (1.0, 2.0), (1.0, 2.0), low=(0.5, 0.5))
    with pytest.raises(ValueError, match="kind must be one of"):
        Line("line", (1.0,), (1.0,), kind="guessed")


def test_measuring_runs_the_experiment_to_its_finding():
    assert evidence.measure(CLAIM, 3).figures["a"].value == 3.0


def test_an_experiment_must_find_something():
    with pytest.raises(RuntimeError, match="C0 ended without a finding"):
        evidence.measure(replace(CLAIM, experiment=lambda seed: iter([0.5])))
