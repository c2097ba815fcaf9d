import json
from dataclasses import replace

import numpy as np
import pytest

from vanishing.charts import lines
from vanishing.concepts.dying import charts as dying
from vanishing.concepts.dying import charts_runs as dying_runs
from vanishing.engine.dead import born
from vanishing.engine.dead import runs as dead_runs
from vanishing.engine.dead import units as dead_units
from vanishing.engine.nets import activations, datasets
from vanishing.engine.nets.training import Settings
from vanishing.text import percent, setting

DATA = datasets.load("moons", 100)
RUN = Settings(
    data="moons",
    samples=50,
    depth=3,
    width=6,
    activation="relu",
    initializer="he_normal",
    bias="constant",
    bias_value=-0.5,
    learning_rate=1.0,
    steps=60,
    seeds=4,
    records=10,
)


@pytest.fixture(scope="module")
def run():
    return dead_runs.watch(RUN)


def named(spec):
    """Names of the data sets that a specification draws from."""
    if isinstance(spec, dict):
        own = {spec["data"]["name"]} if "data" in spec else set()
        return own.union(*(named(part) for part in spec.values()))
    return set().union(*(named(part) for part in spec)) if isinstance(spec, list) else set()


def assert_complete(view):
    assert named(view.spec) == set(view.frames), "a data set is missing or unused"
    assert view.alt.endswith(".")
    json.dumps(view.spec)


# --- bands ----------------------------------------------------------------------------------------


def test_a_band_is_the_quantiles_over_seeds():
    values = np.array([[0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5.0] * 11])
    rows = lines.band(values, [1, 2], "a")
    assert rows[["low", "median", "high"]].to_numpy().tolist() == [[1, 5, 9], [5, 5, 5]]


def test_only_what_is_given_is_drawn():
    rows = lines.band(np.ones((2, 3)), [1, 2], "a")
    assert set(lines.frames([rows])) == {"rows"}
    everything = lines.frames([rows], theory=rows, here=1.5, level=(2.0, "c"), ended=rows[:1])
    assert set(everything) == {"rows", "theory", "mark", "level", "ended"}
    for frames in (lines.frames([rows]), everything):
        assert_complete(
            lines.lines(
                "n", frames, ("x", "linear"), ("y", "linear"), height=9, words="1.", note=""
            )
        )


# --- one neuron -----------------------------------------------------------------------------------


def view_of(w, b, alpha=0.0):
    w = np.array(w)
    neuron = dead_units.one_neuron(w, b, DATA.x, alpha)
    return dying.plane(DATA, neuron, w, b, "standardise"), neuron


@pytest.mark.parametrize(
    ("w", "b"), [((1.0, 0.5), -1.0), ((-2.0, 0.0), 0.3), ((0.0, 1.0), -9.0), ((0.1, 0.1), 9.0)]
)
def test_the_shaded_side_is_where_z_is_positive(w, b):
    view, _ = view_of(w, b)
    assert_complete(view)
    corners = view.frames["side"][["x1", "x2"]].to_numpy()
    z = corners @ np.array(w) + b
    assert np.all(z > -1e-12)
    x, y = corners[:, 0], corners[:, 1]
    area = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    low, high = dying.PLANE["standardise"]
    points = np.random.default_rng(1).uniform(low, high, (40_000, 2))
    sampled = np.mean(points @ np.array(w) + b > 0) * (high - low) ** 2
    assert area == pytest.approx(sampled, abs=0.25)


def test_the_line_is_where_z_is_0_and_missing_without_weights():
    view, _ = view_of((1.0, 0.5), -1.5)
    ends = view.frames["border"][["x1", "x2"]].to_numpy()
    assert ends @ np.array([1.0, 0.5]) - 1.5 == pytest.approx([0, 0], abs=1e-12)
    assert np.linalg.norm(ends[1] - ends[0]) > 10, "too short to cross the plane"
    assert len(view_of((0.0, 0.0), 1.0)[0].frames["border"]) == 0


def test_points_are_on_where_their_z_says():
    view, neuron = view_of((1.0, 0.5), -0.2)
    points = view.frames["points"]
    z = points["x1"] + 0.5 * points["x2"] - 0.2
    assert list(points["state"] == dying.ON) == list(z > 0)
    assert f"on for {int((z > 0).sum())} of 100" in view.alt
    assert neuron.share_on == (z > 0).mean()


@pytest.mark.parametrize("alpha", [0.0, 0.01, 0.3])
def test_the_gradient_is_exactly_0_where_the_neuron_is_dead_and_only_there(alpha):
    w = np.array([1.0, 0.5])
    view = dying.decline(DATA.x, w, -1.0, alpha)
    assert_complete(view)
    rows = view.frames["decline"]
    share, size = (rows[rows["series"] == name] for name in rows["series"].unique())
    dead = share["bias"].to_numpy() <= dead_units.one_neuron(w, 0.0, DATA.x).death_bias
    assert dead.any()
    assert list(share["value"] == 0) == list(dead)
    assert list(size["value"] == 0) == list(dead if alpha == 0 else dead & False)


def test_the_gradient_is_that_of_the_mean_output_by_differences():
    w, b, step = np.array([0.7, -0.4]), 0.3, 1e-6

    def mean(w, b):
        z = DATA.x @ w + b
        return np.where(z > 0, z, 0.1 * z).mean()

    shifts = np.eye(2) * step
    by_w = [(mean(w + s, b) - mean(w - s, b)) / (2 * step) for s in shifts]
    by_b = (mean(w, b + step) - mean(w, b - step)) / (2 * step)
    neuron = dead_units.one_neuron(w, b, DATA.x, 0.1)
    assert dying.gradient_size(neuron) == pytest.approx(np.hypot(np.hypot(*by_w), by_b), rel=1e-6)


def test_a_neuron_that_cannot_die_in_sight_shades_nothing():
    x = np.full((3, 2), 50.0)
    view = dying.decline(x, np.array([1.0, 1.0]), 0.0, 0.0)
    assert len(view.frames["death"]) == 0


# --- a network over training ----------------------------------------------------------------------


def test_the_map_holds_every_unit_at_every_record(run):
    view = dying.unit_map(run)
    assert_complete(view)
    units = view.frames["units"]
    assert len(units) == len(run.steps) * 18
    assert set(units["state"]) <= set(dead_units.STATES)
    assert list(units["state"] == "dead") == list(units["share"] == 0)
    for _, unit in units.groupby(["layer", "unit"]):
        dead = unit["share"].to_numpy() == 0
        been = np.maximum.accumulate(dead) & ~dead
        assert list(unit["state"] == "revived") == list(been)
    thick = (units["high"] - units["low"]).groupby(units["state"]).mean()
    assert thick.idxmax() == "dead"


def test_the_map_s_words_count_the_last_record(run):
    last = run.active[-1, 0]
    assert f"dead: {int((last == 0).sum())} of 18 hidden units" in dying.unit_map(run).alt


def test_the_dead_share_by_layer_is_the_run_s(run):
    view = dying.dead_over_time(run)
    assert_complete(view)
    rows = view.frames["rows"]
    last = rows[(rows["series"] == "layer 3") & (rows["x"] == 60)]
    assert last["median"].item() == pytest.approx(np.median(run.dead[-1, :, 2]))


# --- sweeps and comparisons -----------------------------------------------------------------------


def test_a_sweep_marks_what_diverged(run):
    leaky = replace(RUN, learning_rate=1e5, activation="leaky_relu", alpha=0.3)
    wild = dead_runs.watch(leaky)
    assert wild.diverged is not None
    view = dying_runs.sweep({1.0: run, 1e5: wild}, "n", "η", "log", 1.0)
    assert_complete(view)
    assert list(view.frames["ended"]["x"]) == [1e5]
    assert "diverged" in view.note
    medians = {x: float(np.median(r.dead_share[-1])) for x, r in ((1.0, run), (1e5, wild))}
    worst = max(medians, key=medians.__getitem__)
    assert (
        f"{setting(worst)} leaves the largest share of units dead: {percent(medians[worst])}"
        in view.alt
    )
    rows = view.frames["rows"]
    end = rows[rows["series"] == "at the last record"].set_index("x")
    assert end.loc[1.0, "median"] == pytest.approx(np.median(run.dead_share[-1]))
    calm = dying_runs.sweep({1.0: run}, "n", "η", "log", 1.0)
    alike = f"With every value of η tried, {percent(medians[1.0])} of the units are dead"
    assert alike in calm.alt
    assert "ended" not in calm.frames
    assert "diverged" not in calm.note


def test_comparisons_hold_every_run_and_drop_losses_of_0(run):
    zero = replace_loss(run, 0.0)
    runs = {"a": run, "b": zero}
    assert_complete(dying_runs.share_over_time(runs))
    view = dying_runs.loss_over_time(runs)
    assert set(view.frames["rows"]["series"]) == {"a"}
    assert "exactly 0 are left out" in view.note
    assert "left out" not in dying_runs.loss_over_time({"a": run}).note


def replace_loss(run, value):
    return replace(run, loss=np.full_like(run.loss, value))


def test_the_price_of_a_leak_is_what_a_network_multiplies():
    table = dying_runs.leaky_path((0.2,), (1, 4))
    slopes = activations.get("leaky_relu", 0.2).df(np.full(4, -1.0))
    assert float(table["after 4 layers"].item()) == pytest.approx(np.prod(slopes))
    assert "after 1 layer" in table


def test_growth_predicts_positive_nets_only():
    cases = {
        "neither": replace(RUN, bias_value=0.0, seeds=20),
        "both": replace(RUN, bias_value=0.0, seeds=20, initializer="positive", scaling="unit"),
    }
    runs = {name: dead_runs.watch(s) for name, s in cases.items()}
    x = datasets.load("moons", 50, scaling="unit").x
    view = dying_runs.growth(runs, {"both": x})
    assert_complete(view)
    theory, rows = view.frames["theory"], view.frames["rows"]
    measured = rows[rows["series"] == "both"]
    assert list(theory["x"]) == [1, 2, 3]
    assert np.all(theory["y"].to_numpy() < 1.3 * measured["high"].to_numpy())
    assert np.all(theory["y"].to_numpy() > 0.7 * measured["low"].to_numpy())


# --- births and sparsity --------------------------------------------------------------------------


def test_births_lie_below_the_published_bound():
    curves = {n: born.born_dead_curve(10, n, 500) for n in (2, 3, 5)}
    rows = dying_runs.births(curves)
    assert (rows["low"] <= rows["bound"]).all()
    assert ((rows["low"] <= rows["share"]) & (rows["share"] <= rows["high"])).all()
    at_ten = rows[rows["depth"] == 10]
    assert at_ten["bound"].round(3).tolist() == [0.925, 0.699, 0.249]
    assert_complete(dying_runs.births_by_depth(rows, 500, 0))
    assert_complete(dying_runs.births_by_width(at_ten, 10))


def test_off_is_common_and_dead_is_rare(run):
    bare = replace(RUN, bias_value=0.0, seeds=30)
    view = dying_runs.off_against_dead(dead_runs.at_start(bare), 6, 0)
    assert_complete(view)
    rows = view.frames["rows"]
    median = rows.groupby("series")["median"].mean()
    assert 0.4 < median["off for an input"] < 0.65
    assert median["off for every input"] < 0.3
    assert view.frames["theory"]["y"].iloc[0] == 0.5
    active = dying_runs.active_by_layer(run)
    assert_complete(active)
    start = active.frames["rows"].query("series == 'at the start'")
    assert start["median"].tolist() == pytest.approx(np.median(1 - run.off[0], axis=0))
