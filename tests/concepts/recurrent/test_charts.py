import json

import numpy as np
import pytest

from tests.concepts.dying.test_charts import assert_complete
from vanishing.charts import beside
from vanishing.concepts.recurrent import charts, facts, scenes
from vanishing.concepts.recurrent import charts_runs as recurrent_runs
from vanishing.concepts.recurrent.facts import Curve, Limit
from vanishing.concepts.recurrent.table import GAINS
from vanishing.engine.recurrent import unrolled as recurrent
from vanishing.engine.recurrent.training import Record, Run, Settings
from vanishing.ui import work

X = np.arange(4)
LOGS = np.array([[0.0, -1, -200, -400], [0.0, -2, -210, -410], [0.0, -3, -220, -np.inf]])
TITLES = ("lag", "size")


def draw(curves, limits=(), least=(1.0, 1.0)):
    ends = charts.ends_of(curves, least)
    return charts.over_time("gradient", curves, list(limits), TITLES, "Size", "Note.", ends)


# --- sizes over time ----------------------------------------------------------------------------


def test_a_line_is_the_median_of_the_logarithms():
    view = draw([Curve("a", X, LOGS)])
    assert_complete(view)
    rows = view.frames["rows"]
    assert rows["median"].tolist() == [0, -2, -210, -410]
    assert rows["size"].tolist() == ["1.0", "0.010", "1.0·10⁻²¹⁰", "1.0·10⁻⁴¹⁰"]
    assert rows["from"].tolist()[-1] == "0"
    assert "1.0·10⁻⁴¹⁰" in view.alt
    assert view.note == "Note. a: exactly 0 from 3 on at the earliest, at the end in 1 net."
    # The floor that stands for 0 must not stretch the axis.
    assert view.spec["params"][0]["value"] == {"low": -512, "high": 1}


def test_a_size_that_is_always_zero_is_not_drawn():
    gone = np.full((3, 4), -np.inf)
    gone[:, 0] = 0.0
    view = draw([Curve("a", X, gone), Curve("b", X, LOGS)])
    rows = view.frames["rows"]
    assert (rows["series"] == "a").sum() == 1
    assert "a: 0;" in view.alt
    assert "in 3 nets" in view.note
    assert facts.median_of(gone[:, -1]) == -np.inf


def test_theory_and_bounds_are_drawn_where_there_are_any():
    theory = np.array([0.0, -2.1, -212, -np.inf])
    limit = Limit("bound", X, np.array([0.0, 1.0, 2.0, 3.0]))
    view = draw([Curve("a", X, LOGS, theory), Curve("b", X, LOGS)], [limit])
    assert_complete(view)
    assert view.frames["theory"]["y"].tolist() == [0, -2.1, -212]
    assert set(view.frames["theory"]["series"]) == {"a"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"f": ("tanh", "relu", "identity"), "steps": 5},
        {"f": ("sigmoid",)},
        {"init": "orthogonal", "f": ("tanh", "relu", "identity", "sigmoid")},
    ],
)
def test_another_gain_is_another_line_on_the_same_axes(changes):
    seen = []
    for gain in (GAINS[0], 1.0, GAINS[-1]):
        v = scenes.PAGE.values({"steps": 20, **changes, "gain": gain})
        views = scenes.scene(v, work.finish(scenes.needs(v))).views()
        seen.append([view.spec["params"] for view in views[:2]])
        lines = views[1].frames["rows"][["low", "median", "high"]]
        at = views[1].spec["params"][0]["value"]
        assert ((lines >= at["low"]) & (lines <= at["high"])).all(axis=None)
    # The same for state and gradient, too.
    assert all(each[0] == each[1] == seen[0][0] for each in seen)


def test_a_bound_ends_where_it_leaves_the_picture_and_is_named_within():
    for slope, points in ((1.0, 3), (-1.0, 4), (-1000.0, 2), (0.4, 4)):
        view = draw([Curve("a", X, LOGS)], [Limit("bound", X, slope * X)])
        bound = view.frames["bound"]
        assert len(bound) == points
        assert bound["text"].tolist().count("bound") == 1


def test_two_bounds_are_named_apart():
    x = np.arange(51)
    limits = [Limit(f"bound {i}", x, slope * x) for i, slope in enumerate((0.02, 0.021))]
    view = draw([Curve("a", x, -0.02 * x[None])], limits)
    named = view.frames["bound"].query("text != ''")
    boxes = [
        beside.corners(row.text, np.array([row.x / 50, (row.y + 1) / 3]), row.place)
        for row in named.itertuples()
    ]
    assert len(boxes) == 2
    (one, other) = boxes
    assert (one[0] > other[1]).any() or (other[0] > one[1]).any()


# --- what W is like -----------------------------------------------------------------------------


def test_eigenvalues_and_singular_values_are_those_of_w():
    w = recurrent.recurrent_weights("gaussian", 2.0, 8, 3)
    spectrum = recurrent.spectrum(w)
    plane = charts.eigenvalues(spectrum, 2.0, "note")
    assert_complete(plane)
    points = plane.frames["points"]
    assert len(points) == 8
    # Their sum is the trace, their product the determinant; those of wᵀw the squares of the σ.
    values = points["re"].to_numpy() + 1j * points["im"].to_numpy()
    assert values.sum() == pytest.approx(np.trace(w))
    assert values.prod() == pytest.approx(np.linalg.det(w))
    reach = plane.spec["params"][0]["value"]
    assert reach["low"] == -reach["high"]
    assert np.abs(values).max() < reach["high"]
    for name, radius in (("circle", 1.0), ("disc", 2.0)):
        ring = plane.frames[name]
        np.testing.assert_allclose(np.hypot(ring["re"], ring["im"]), radius)
    view = charts.singular_values(spectrum, {"1/γ": 1.0}, np.ones(8), "note")
    assert_complete(view)
    sigma = view.frames["values"]["value"].to_numpy()
    assert np.square(sigma).sum() == pytest.approx(np.square(w).sum())
    assert (np.diff(sigma) <= 0).all()


def test_without_theory_there_is_none():
    plain = charts.eigenvalues(recurrent.COUNTER_SPECTRUM, None, "")
    assert set(plain.frames) == {"points", "circle"}
    values = charts.singular_values(recurrent.COUNTER_SPECTRUM, {"1/γ": 1.0}, None, "")
    assert set(values.frames) == {"values", "level"}
    for view in (plain, values):
        assert_complete(view)
    assert "largest |λ| is 0." in plain.alt


# --- training -----------------------------------------------------------------------------------


def record(step, loss, gradient, by_time, *, diverged=False):
    arrays = [np.array(part, dtype=float) for part in (loss, by_time, gradient)]
    return Record(step, arrays[0], arrays[1], arrays[2], np.zeros(3), diverged)


GOOD = [
    record(0, [0.2, 0.3, 0.4], [1, 2, 3], [[1e-9, 1], [1e-8, 1], [1e-7, 1]]),
    record(7, [0.02, 0.03, 0.04], [4, 5, 60], [[1e-3, 1], [1e-2, 1], [1e-1, 1]]),
]
WILD = [
    record(0, [0.2, 0.3, 0.4], [1, 2, 3], [[0, 1], [1e-8, 1], [1e-7, 1]]),
    record(3, [np.inf] * 3, [np.nan] * 3, [[np.nan, 1]] * 3, diverged=True),
]


@pytest.fixture
def runs():
    settings = Settings(length=2, seeds=3)
    return {"a": Run(settings, tuple(GOOD)), "b": Run(settings, tuple(WILD))}


def test_the_error_with_its_baseline_and_where_a_run_ended(runs):
    view = recurrent_runs.error(runs)
    assert_complete(view)
    rows = view.frames["rows"]
    assert rows[rows["series"] == "a"]["median"].tolist() == [0.3, 0.03]
    assert rows[rows["series"] == "b"]["x"].tolist() == [0]
    assert view.frames["level"]["y"].tolist() == [pytest.approx(1 / 6)]
    assert view.frames["ended"]["series"].tolist() == ["b"]
    assert "a: 0.0300 at step 7" in view.alt
    assert "b: diverged at step 3" in view.alt


def test_the_gradient_with_its_threshold(runs):
    view = recurrent_runs.gradient(runs, 0.5)
    assert_complete(view)
    assert view.frames["level"]["y"].tolist() == [0.5]
    assert "a: at most 60" in view.alt
    assert "b: overflows at step 3" in view.alt
    assert "level" not in recurrent_runs.gradient(runs, 0.0).frames


@pytest.mark.parametrize(("when", "first"), [("start", 1e-8), ("end", 1e-2)])
def test_the_gradient_along_time(runs, when, first):
    view = recurrent_runs.along_time(runs, when)
    assert_complete(view)
    rows = view.frames["rows"]
    assert rows[rows["series"] == "a"]["median"].tolist() == pytest.approx([first, 1.0])
    # Of b only the start is finite; its zero has no place on a log axis.
    assert rows[rows["series"] == "b"]["x"].tolist() == [1]
    assert "b: exactly 0 in float32 in some net at 1 step" in view.note


def test_runs_of_which_nothing_is_finite():
    run = Run(Settings(length=2, seeds=3), (WILD[1],))
    for view in (
        recurrent_runs.error({"b": run}),
        recurrent_runs.gradient({"b": run}, 1.0),
        recurrent_runs.along_time({"b": run}, "end"),
    ):
        assert len(view.frames["rows"]) == 0
        json.dumps(view.spec)


def test_a_band_does_not_end_between_0_and_a_size():
    # Of 20 nets 2 are exactly 0: the 10 % quantile lies between the second and the third.
    logs = np.tile(np.linspace(-3.0, 0.0, 20)[:, None], (1, len(X)))
    logs[:2, 1:] = -np.inf
    view = draw([Curve("a", X, logs)])
    rows = view.frames["rows"]
    assert rows["low"][1:].eq(-1e6).all()
    assert rows["from"].tolist()[1:] == ["0"] * (len(X) - 1)
    (at,) = view.spec["params"]
    assert at["value"]["low"] >= -4
