import math
import random
from dataclasses import replace

import pytest

from vanishing.concepts.depth import charts, table
from vanishing.concepts.depth import words as notices
from vanishing.concepts.depth.facts import Row
from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import (
    ARTICLE,
    DEPTHS,
    SHIPPED,
    TECHNIQUES,
    Budget,
    Cell,
    Outcome,
    Reach,
    Technique,
    depth_scale,
    limit,
    single_changes,
)

NEAR = Reach(20, 0.5)


def row(medians, label="+ x", scale=math.inf, threshold=0.9):
    outcomes = {d: Outcome(0.03, (m, m, m)) for d, m in medians.items()}
    return Row(label, f"net {label}", outcomes, limit(medians, threshold), scale)


def upto(depth, **more):
    return row({d: 0.95 if d <= depth else 0.3 for d in DEPTHS}, **more)


def test_the_limit_and_what_stops_it():
    assert notices.the_limit(upto(12), 0.9) == (
        "**net + x** **trains to depth 12**: at depth 20 the median network reaches 30 %."
    )
    whole = notices.the_limit(upto(100), 0.9)
    assert "down to 100 layers" in whole
    assert "does not show" in whole
    assert "at no tested depth" in notices.the_limit(upto(0), 0.9)
    assert "not computed yet" in notices.the_limit(row({}), 0.9)
    assert "down to depth 2 so far: 2 of 10" in notices.the_limit(row({1: 1, 2: 1}), 0.9)
    assert "is not settled: 1 of 10" in notices.the_limit(row({8: 1}), 0.9)


@pytest.mark.parametrize(
    ("accuracies", "diverged", "words"),
    [
        ((0.0, 0.0, 0.0), 3, "all 3 networks diverge"),
        ((0.0, 0.0, 0.0), 0, "no network answers anything right"),
        ((0.0, 0.0, 0.0), 2, "no network answers anything right; 2 of 3 networks diverge"),
        ((0.0, 0.3, 0.2), 1, "the median network reaches 20 %, and 1 of 3 networks diverges"),
        ((0.0, 0.3, 0.2), 0, "the median network reaches 20 %"),
    ],
)
def test_networks_that_diverge_are_counted_apart_from_those_that_are_wrong(
    accuracies, diverged, words
):
    found = row({1: 0.95, 2: 0.0})
    found.outcomes[2] = Outcome(0.1, accuracies, diverged)
    assert notices.the_limit(found, 0.9).endswith(f"at depth 2 {words}.")


def every_sentence(rows, threshold, chance=0.0):
    """Return all that is said of rows, of whatever kind."""
    numbers = notices.in_numbers(rows[-1], rows, rows, threshold, NEAR, 32, chance)
    return [*notices.sentences(rows, threshold, chance), *numbers]


def test_the_ladder_is_told_in_order():
    rows = [upto(8, label="start"), upto(3, label="+ He"), upto(100, label="+ skips")]
    assert notices.steps(rows) == (
        "Step by step the limit moves from 8 (start) to 3 (+ He), ≥ 100 (+ skips)."
    )


def test_the_ladder_is_told_only_when_it_is_complete():
    rows = [upto(8, label="start"), row({1: 0.95}, label="+ He")]
    assert not any("Step by step" in said for said in notices.sentences(rows, 0.9))
    rows = [upto(8, label="start"), upto(8, label="+ He")]
    assert any("Step by step" in said for said in notices.sentences(rows, 0.9))


def test_the_threshold_is_written_as_it_was_chosen():
    assert [notices.wanted(t) for t in table.THRESHOLDS[-3:]] == ["90 %", "95 %", "99 %"]


def test_depths_beyond_a_gap_are_named():
    assert notices.gaps(upto(12), 0.9) == []
    medians = dict.fromkeys(DEPTHS, 0.95) | {3: 0.2}
    (said,) = notices.gaps(row(medians), 0.9)
    assert "5, 8, 12, 20, 30, 50, 100 too, but not at every smaller one" in said


def test_the_claim_is_confirmed_only_where_none_gets_through():
    none = notices.no_single([upto(8, label="+ a"), upto(3, label="+ b")], 0.9)
    assert "none gets to depth 100; the best gets to 8 (+ a)" in none
    assert "no single technique solves the problem (claim C23)" in none
    one = notices.no_single([upto(8, label="+ a"), upto(100, label="+ b")], 0.9)
    assert "1 (+ b) reaches 90 % at every tested depth, up to 100" in one
    assert "unlike claim C23" in one
    assert "2 (+ b, + c) reach " in notices.no_single(
        [upto(100, label="+ b"), upto(100, label="+ c")], 0.9
    )


def test_where_none_trains_none_is_the_best():
    said = notices.no_single([upto(0, label="+ a"), upto(0, label="+ b")], 0.9)
    assert "Of these, none reaches it at depth 1." in said
    assert "the best gets to" not in said


def test_a_threshold_that_a_constant_answer_reaches_is_called_one():
    rows = [upto(100, label="start"), upto(100, label="+ a")]
    told = every_sentence(rows, 0.5, 0.5)
    assert "one answer for all is right about 50 % of the time" in told[0]
    unsaid = ("claim C23", "techniques", "combinations")
    assert not any(word in said for said in told for word in unsaid)
    assert any("claim C23" in said for said in every_sentence(rows, 0.7, 0.5))


def test_theory_is_compared_where_both_are_finite():
    rows = [
        upto(12, scale=1.9),  # 6 ξ = 11.4
        upto(12, scale=4.1),  # 24.6: more than twice
        upto(12),
        upto(100, scale=2.0),
        upto(0, scale=2.0),
    ]
    said = notices.all_techniques(rows)
    assert "Of all 5 combinations 1 gets through" in said
    assert "2 have both a finite ξ and a measured limit, which lies within a factor of 2" in said
    assert "of 6 ξ in 1 case." in said


def test_theory_is_called_a_scale():
    said = notices.theory(upto(8, scale=1.76), NEAR, 32)
    assert "ξ = 1.8 layers; 6 ξ = 11," in said
    assert "not a prediction of accuracy" in said
    assert said.endswith("Measured limit: 8.")
    assert "ξ = ∞" in notices.theory(upto(8), NEAR, 32)
    assert "Measured" not in notices.theory(row({}), NEAR, 32)


def test_theory_says_whether_the_gradient_grows_and_of_which_data_it_was_measured():
    assert "shrinks by a factor e every" in notices.theory(upto(8, scale=1.8), NEAR, 32)
    assert "grows by a factor e every" in notices.theory(
        replace(upto(8, scale=1.8), grows=True), NEAR, 32
    )
    for scale in (1.8, math.inf):
        said = notices.theory(upto(8, scale=scale), None, 32)
        assert "How far it applies to fresh nets of 32 units a layer was looked at for" in said
        assert "down to about" not in said


def test_what_fails_is_not_said_to_reach_what_is_asked():
    said = notices.the_limit(row({1: 0.95, 2: 0.895}), 0.9)
    assert said.endswith("at depth 2 the median network reaches 89.5 %.")
    (cell,) = charts._cells([row({1: 0.95, 2: 0.895})], 0.9).query("depth == 2").itertuples()
    assert cell.percent == "89.5"


@pytest.mark.parametrize(
    ("scale", "reach", "words"),
    [
        (1.76, 20, "units a layer down to about 20 layers."),
        (4.0, 20, "down to about 20 layers, **outside of which 6 ξ lies**."),
        (30.0, 20, "down to about 20 layers, **outside of which ξ and 6 ξ lie**."),
        (30.0, 1, "down to about 1 layer, **outside"),
        (30.0, 100, "units a layer at every tested depth."),
        (math.inf, 3, "about 3 layers, and over them multiplies ∂J/∂z by 0.50: it shrinks."),
        (math.inf, 1, "down to about 1 layer."),
    ],
)
def test_the_range_of_theory_is_stated(scale, reach, words):
    assert words in notices.theory(upto(8, scale=scale), Reach(reach, 0.5), 32)


def test_the_note_states_the_whole_budget():
    note = notices.budget_note(SHIPPED, 0.9)
    for part in ("400 samples", "5 networks", "seeds 0 to 4", "32 units", "300 steps of momentum"):
        assert part in note
    # In the order in which they are tried.
    assert "η = 0.03, 0.3, 0.003, the first that reaches 99 %, or else the best" in note
    assert "η = 0.1, float32" in notices.budget_note(Budget(step_sizes=(0.1,)), 0.9)


@pytest.fixture(scope="module")
def shipped():
    return depth_table.read()


def real(shipped, technique, threshold):
    outcomes = {d: shipped[Cell(technique, d)] for d in DEPTHS}
    medians = {d: o.median for d, o in outcomes.items()}
    name = table.name(technique)
    return Row(name, name, outcomes, limit(medians, threshold), depth_scale(technique))


@pytest.mark.parametrize("threshold", table.THRESHOLDS)
def test_on_the_shipped_table_the_numbers_are_those_of_the_table(shipped, threshold):
    every = [real(shipped, technique, threshold) for technique in TECHNIQUES]
    singles = [real(shipped, technique, threshold) for technique in single_changes()]
    chosen = real(shipped, ARTICLE, threshold)
    said = "\n".join(notices.in_numbers(chosen, singles, every, threshold, NEAR, 32))
    through = sum(all(shipped[Cell(t, d)].median >= threshold for d in DEPTHS) for t in TECHNIQUES)
    assert f"Of all 108 combinations {through} get through" in said
    lone = [
        t for t in single_changes() if all(shipped[Cell(t, d)].median >= threshold for d in DEPTHS)
    ]
    assert ("unlike claim C23" in said) == bool(lone)
    assert "nan" not in said


def test_sentences_hold_for_any_part_of_any_table():
    rng = random.Random(0)
    for _ in range(200):
        rows = [
            row(
                {d: rng.choice((0.0, 0.1, 0.5, 0.95, 1.0)) for d in DEPTHS if rng.random() < 0.8},
                scale=rng.choice((0.0, 0.3, 2.0, 40.0, math.inf)),
            )
            for _ in range(rng.randint(1, 4))
        ]
        for said in every_sentence(rows, 0.9):
            assert said.endswith(".")
            assert "nan" not in said


def test_names_are_short_and_unique():
    assert table.name(Technique("relu", "he_normal", "batch", "identity")) == (
        "ReLU + He + batch norm + skips"
    )
    for words in (table.name, table.code):
        found = [words(technique) for technique in TECHNIQUES]
        assert len(set(found)) == len(found)
    assert max(len(table.code(technique)) for technique in TECHNIQUES) <= 32
    assert table.step_name(ARTICLE, Technique("relu", "normal_unit")) == "+ ReLU"
    with_skips = Technique("sigmoid", "normal_unit", skips="identity")
    assert table.step_name(with_skips, ARTICLE) == "− skips"
