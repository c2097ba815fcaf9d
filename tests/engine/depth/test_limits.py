import math
import pickle
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth.limits import (
    ARTICLE,
    DEPTHS,
    TECHNIQUES,
    Budget,
    Cell,
    Limit,
    Outcome,
    Technique,
    ladder,
    limit,
    measure,
)
from vanishing.engine.nets import training
from vanishing.engine.wide.layers import Settings, at_start, predict

SMALL = Budget(samples=60, batch=20, steps=30, width=8, seeds=3, step_sizes=(0.1,))
TANH = Technique("tanh", "xavier_normal")


# --- one cell -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "technique", [TANH, Technique("relu", "he_normal", "batch", "identity")], ids=str
)
@pytest.mark.parametrize("data", ["digits", "moons"])
def test_a_cell_ends_where_the_training_run_ends(technique, data):
    cell = Cell(technique, 3, replace(SMALL, data=data))
    run = training.run(cell.settings(0.1))
    assert run.final.step == SMALL.steps
    assert measure(cell).accuracies == pytest.approx(tuple(run.final.accuracy))
    assert measure(cell) == measure(cell)


def test_the_best_step_size_counts_and_the_order_does_not():
    sizes = (1e-6, 0.1, 0.03)
    alone = {s: measure(Cell(TANH, 2, replace(SMALL, step_sizes=(s,)))).median for s in sizes}
    best = max(alone.values())
    assert best > alone[1e-6] + 0.2
    assert best < depth_limits.ENOUGH
    for order in (sizes, sizes[::-1]):
        found = measure(Cell(TANH, 2, replace(SMALL, step_sizes=order)))
        assert (found.median, alone[found.step_size]) == (best, best)


def test_once_enough_is_reached_no_further_step_size_is_tried(monkeypatch):
    tried = []

    def answers(networks, step):
        tried.append(networks.settings.learning_rate)
        good = networks.settings.learning_rate == 0.1
        accuracies = (0.0, 1.0, 0.99) if good else (0.2, 0.2, 0.2)
        return depth_limits._Answers(step, accuracies, 0)

    monkeypatch.setattr(depth_limits._Networks, "record", answers)
    assert measure(Cell(TANH, 2, replace(SMALL, step_sizes=(0.01, 0.1, 1.0)))).step_size == 0.1
    assert tried == [0.01, 0.1]


def test_networks_that_diverge_count_as_zero_and_leave_the_others_alone(monkeypatch):
    cell = Cell(TANH, 2, SMALL)
    whole = measure(cell).accuracies
    start = training.Trainer.__init__

    def poisoned(self, settings, data):
        start(self, settings, data)
        self.flat[1, 5] = np.nan

    monkeypatch.setattr(training.Trainer, "__init__", poisoned)
    assert measure(cell) == Outcome(0.1, (whole[0], 0.0, whole[2]), diverged=1)


def test_a_cell_in_which_all_diverge_ends_early():
    cell = Cell(Technique("relu", "normal_unit"), 50, replace(SMALL, steps=20_000, samples=20))
    assert measure(cell) == Outcome(0.1, (0.0, 0.0, 0.0), diverged=3)


def test_a_network_that_answers_nothing_right_has_not_diverged(monkeypatch):
    start = training.Trainer.__init__

    def strict(self, settings, data):
        start(self, settings, data)
        self.head = replace(self.head, score=lambda *_: np.zeros(SMALL.seeds))

    monkeypatch.setattr(training.Trainer, "__init__", strict)
    assert measure(Cell(TANH, 2, SMALL)) == Outcome(0.1, (0.0, 0.0, 0.0), diverged=0)


def test_cost_is_that_of_all_runs_and_grows_with_depth():
    two = replace(SMALL, step_sizes=(0.1, 0.2))
    cell = Cell(TANH, 5, two)
    assert cell.cost() == sum(cell.settings(s).cost() for s in (0.1, 0.2))
    assert cell.cost() > 1.5 * Cell(TANH, 2, two).cost()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Cell(Technique("nope", "he_normal"), 3), "nope"),
        (lambda: Cell(Technique("relu", "he_normal", "all"), 3), "all"),
        (lambda: Cell(TANH, 0), "depth"),
        (lambda: Cell(TANH, 101), "depth"),
        (lambda: Cell(TANH, 100, Budget(width=256, steps=20_000)), "multiply-adds"),
        (lambda: Budget(step_sizes=()), "step_sizes"),
        (lambda: limit({1: 1.0}, 0.0), "threshold"),
        (lambda: limit({1: 1.0}, 1.0), "threshold"),
    ],
)
def test_what_cannot_be_computed_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("medians", "expected"),
    [
        ({}, Limit(0, known=False)),
        ({1: 0.5}, Limit(0, known=True)),
        ({1: 0.9}, Limit(1, known=False)),
        ({1: 1.0, 2: 0.9, 3: 0.89}, Limit(2, known=True)),
        ({1: 1.0, 2: 0.1, 3: 1.0, 5: 0.2, 8: 0.9}, Limit(1, known=True, beyond=(3, 8))),
        ({1: 1.0, 3: 1.0}, Limit(1, known=False)),  # depth 2 is not computed yet
        (dict.fromkeys(DEPTHS, 1.0), Limit(100, known=False)),
        ({**dict.fromkeys(DEPTHS, 1.0), 100: 0.5}, Limit(50, known=True)),
        (dict.fromkeys(DEPTHS, 0.1), Limit(0, known=True)),
    ],
)
def test_the_limit_ends_at_the_first_depth_that_fails(medians, expected):
    assert limit(medians, 0.9) == expected


def test_a_higher_threshold_never_moves_the_limit_deeper():
    rng = np.random.default_rng(0)
    for _ in range(50):
        medians = dict(zip(DEPTHS, rng.uniform(0.5, 1.0, len(DEPTHS)), strict=True))
        found = [limit(medians, threshold).depth for threshold in (0.3, 0.6, 0.8, 0.9, 0.99)]
        assert found == sorted(found, reverse=True)


def test_the_median_is_over_the_networks():
    assert Outcome(0.1, (0.0, 1.0, 0.2, 0.9, 0.3)).median == 0.3


# --- techniques -----------------------------------------------------------------------------------


def test_every_combination_is_a_technique():
    assert len(TECHNIQUES) == len(set(TECHNIQUES)) == 3 * 4 * 3 * 3
    assert ARTICLE in TECHNIQUES
    assert len(depth_limits.single_changes()) == 2 + 3 + 2 + 2


@pytest.mark.parametrize("technique", TECHNIQUES[::7])
def test_the_ladder_changes_one_thing_at_a_time(technique):
    steps = ladder(technique)
    assert steps[0] == ARTICLE
    assert steps[-1] == technique
    assert len(steps) == 1 + len(technique.differing(ARTICLE))
    assert all(len(a.differing(b)) == 1 for a, b in pairwise(steps))


def test_the_first_cells_show_every_technique_at_a_middle_depth():
    chosen = TECHNIQUES[:3]
    found = depth_limits.cells(chosen)
    assert len(found) == len(set(found)) == 3 * len(DEPTHS)
    assert {cell.depth for cell in found} == set(DEPTHS)
    assert [cell.technique for cell in found[:3]] == list(chosen)
    assert {cell.depth for cell in found[:3]} == {12}
    assert {cell.depth for cell in found[3:9]} == {3, 50}
    assert pickle.loads(pickle.dumps(found)) == found


# χ of each, worked out by hand: sigmoid's √χ₁ from source.md, ReLU's halves and π/(π − 1).
@pytest.mark.parametrize(
    ("technique", "chi"),
    [
        (Technique("sigmoid", "xavier_normal"), 0.236**2),
        (Technique("relu", "xavier_normal"), 0.5),
        (Technique("relu", "uniform_standard"), 1 / 6),
        (Technique("relu", "normal_unit"), 16.0),
        (Technique("relu", "he_normal", "batch"), math.pi / (math.pi - 1)),
        (Technique("relu", "xavier_normal", "none", "identity"), 2.172),
    ],
)
def test_the_depth_scale_is_that_of_chi(technique, chi):
    scale = depth_limits.depth_scale(technique, 32)
    assert scale == pytest.approx(1 / abs(math.log(chi)), rel=2e-3)


def test_no_scale_where_nothing_grows_exponentially():
    for skips in ("none", "scaled"):
        assert depth_limits.depth_scale(Technique("relu", "he_normal", skips=skips), 32) == math.inf


# --- theory's range -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("technique", "finite"),
    [
        (Technique("sigmoid", "xavier_normal"), True),
        (Technique("tanh", "uniform_standard"), True),
        (Technique("relu", "he_normal", "batch"), True),
        (Technique("relu", "he_normal"), False),
    ],
)
def test_theory_holds_down_to_its_reach(technique, finite):
    reach, factor = depth_limits.theory_reach(technique, 16)
    assert 2 < reach < 100
    narrow, wide = (depth_limits.theory_reach(technique, width) for width in (8, 32))
    assert narrow.depth <= reach <= wide.depth
    nets = Settings(
        activation=technique.activation,
        initializer=technique.initializer,
        normalization=technique.normalization,
        depth=reach,
        width=16,
        samples=50,
        seeds=20,
    )
    start = at_start(nets)
    assert factor == start.predicted.deltas[0]
    off = np.median(start.measured.relative("delta")[:, 0]) / start.predicted.deltas[0]
    assert 0.5 < off < 2.0
    assert math.isfinite(depth_limits.depth_scale(technique, 16)) is finite


def test_no_theory_reaches_very_deep_and_narrow_nets():
    assert depth_limits.theory_reach(Technique("tanh", "xavier_normal"), 8).depth <= 20


@pytest.mark.parametrize(
    "technique",
    # Quick enough to be seen over 40 layers.
    [one for one in depth_limits.TECHNIQUES if 0.0 < depth_limits.depth_scale(one, 64) < 20.0],
)
def test_whether_a_gradient_grows_is_what_a_deep_wide_net_s_does(technique):
    deep, deeper = (
        predict(
            Settings(
                activation=technique.activation,
                initializer=technique.initializer,
                normalization=technique.normalization,
                skips=technique.skips,
                depth=depth,
                width=64,
            )
        ).deltas
        for depth in (10, 50)
    )
    grown = (deeper[0] / deeper[-1]) / (deep[0] / deep[-1])
    assert depth_limits.explodes(technique, 64) == (grown > 1.0)
