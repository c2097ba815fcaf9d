"""What the gradient-descent charts draw, against the engine and against the surfaces."""

import json
import math

import numpy as np
import pytest

from tests.concepts.dying.test_charts import assert_complete
from vanishing.concepts.descent import charts
from vanishing.concepts.descent import charts_ends as descent_ends
from vanishing.concepts.descent import charts_lines as descent_lines
from vanishing.concepts.descent import charts_speed as descent_speed
from vanishing.concepts.descent.facts import NAMES
from vanishing.engine.descent import float_limits, surfaces
from vanishing.engine.descent import paths as descent
from vanishing.engine.descent.paths import DIVERGED, UNSETTLED, descend

EVERY = {
    "bowl": surfaces.bowl(100.0),
    "round": surfaces.bowl(1.0),
    "turned": surfaces.bowl(100.0, 45.0),
    "neuron": surfaces.neuron(),
    "rosenbrock": surfaces.rosenbrock(),
    "minima": surfaces.two_minima(),
}
every = pytest.mark.parametrize("surface", EVERY.values(), ids=EVERY)


def walks(surface, rate=0.001, steps=300):
    return [descend(surface, key, rate, steps) for key in ("gradient_descent", "momentum", "adam")]


# --- lines ----------------------------------------------------------------------------------------


def test_a_log_axis_gets_no_zeros_and_nothing_infinite():
    rows = descent_lines.line([1, 2, 3, 4], [1.0, 0.0, math.inf, 2.0], "a")
    assert rows["x"].tolist() == [1, 4]
    assert rows["y"].tolist() == [1.0, 2.0]


def test_thinning_keeps_both_ends():
    for count in (1, 2, 500, 501, 5000):
        kept = descent_lines.thinned(count)
        assert kept[0] == 0
        assert kept[-1] == count - 1
        assert len(set(kept)) == len(kept) <= descent_lines.MOST_ROWS


def test_strips_put_together_are_the_row():
    for row in ([1, 1, 2, 2, 2, 1], [3], [0, 1, 0]):
        first, last, held = descent_lines.strips(np.array(row))
        again = [h for f, t, h in zip(first, last, held, strict=True) for _ in range(f, t)]
        assert again == row


def test_colours_stay_with_their_optimiser():
    path = descend(EVERY["bowl"], "adam", 0.1, 5)
    spec = json.dumps(charts.picture(EVERY["bowl"], [path]).spec, ensure_ascii=False)
    assert '"domain": ["gradient descent", "momentum", "Adam"]' in spec
    assert '"values": ["Adam"]' in spec


# --- the picture ----------------------------------------------------------------------------------


@every
def test_the_picture_covers_the_window_once_and_shades_by_height(surface):
    rows = charts.bands(surface)
    (x_low, x_high), (y_low, y_high) = surface.window
    area = ((rows["right"] - rows["left"]) * (rows["top"] - rows["bottom"])).sum()
    assert area == pytest.approx((x_high - x_low) * (y_high - y_low), rel=1e-5)
    assert rows["band"].max() == charts.BANDS - 1
    assert rows["band"].min() < charts.BANDS / 2 or surface.key in ("neuron", "minima")
    assert len(rows) < 6000, "too heavy to send"
    # The middle of a strip's first cell lies in the band that is drawn there.
    cell = (x_high - x_low) / charts.ACROSS / 2
    middle = np.stack([rows["left"] + cell, (rows["bottom"] + rows["top"]) / 2], axis=1)
    height = surface.value(middle.astype(float)) - surface.minima[0].value
    logs = np.log10(height)
    for band, group in zip(range(16), (logs[rows["band"] == b] for b in range(16)), strict=True):
        if len(group) and band > 0:
            assert np.ptp(group) <= charts.DECADES / charts.BANDS + 1e-3


@every
def test_the_paths_begin_at_the_start_and_keep_their_last_place(surface):
    found = walks(surface)
    view = charts.picture(surface, found)
    assert_complete(view)
    for path in found:
        rows = view.frames["paths"]
        own = rows[rows["series"] == NAMES[path.key]]
        assert own[["x", "y"]].to_numpy()[0] == pytest.approx(surface.start)
        assert own[["x", "y"]].to_numpy()[-1] == pytest.approx(path.places[-1], rel=1e-5)
        assert own["step"].is_monotonic_increasing
        assert own["step"].iloc[-1] == path.steps
        for row in own.itertuples():
            assert row.x == pytest.approx(path.places[row.step, 0], rel=1e-5, abs=1e-6)
            assert pytest.approx(path.losses[row.step], rel=1e-5) == row.J
    marked = view.frames["places"]
    assert (marked["kind"] == "minimum").sum() == len(surface.minima)


def test_a_path_that_leaves_is_crossed_where_it_ends():
    path = descend(EVERY["bowl"], "gradient_descent", 2.5, 100)
    view = charts.along([path])
    assert_complete(view)
    assert view.frames["ended"]["x"].tolist() == [path.steps]
    assert "cross" in view.note
    assert set(charts.along(walks(EVERY["bowl"])).frames) == {"rows"}


def test_a_cost_of_exactly_0_is_said_not_drawn():
    path = descend(EVERY["round"], "gradient_descent", 1.0, 10)
    assert path.losses[-1] == 0
    view = charts.along([path])
    assert (view.frames["rows"]["y"] > 0).all()
    assert "Exactly 0" in view.note


def test_a_narrow_range_gets_an_axis_with_labels():
    flat = charts.along([descend(surfaces.neuron(), "gradient_descent", 0.1, 10)])
    steep = charts.along([descend(EVERY["bowl"], "adam", 0.1, 200)])
    assert '"type": "linear", "zero": false' in json.dumps(flat.spec)
    assert '"type": "log"' in json.dumps(steep.spec)


# --- speed ----------------------------------------------------------------------------------------


def test_steps_by_condition_number_are_the_measured_ones():
    kappas = (1, 10, 100)
    found = {k: descent.steps_to(k, kappas, 1e-4) for k in ("gradient_descent", "momentum")}
    view = descent_speed.condition(found, 1e-4, 100)
    assert_complete(view)
    for name in ("rows", "theory"):
        assert len(view.frames[name]) == 6
    rows = view.frames["rows"]
    assert rows[(rows["series"] == "gradient descent") & (rows["x"] == 100)]["y"].item() == 461
    # ln 10⁻⁴ / ln (99/101) = 460.5
    assert "461 steps, predicted 460.5 steps" in view.alt


def test_the_cost_by_budget_is_measured_and_promised():
    found = descent.spend("gradient_descent", (2.0, 100.0), (1, 10, 100, 1000, 10_000), 1e-6)
    view = descent_speed.budget(found, 100, 1e-6)
    assert_complete(view)
    rows = view.frames["rows"]
    flat = rows[rows["series"] == "κ = 100"].set_index("x")["y"]
    assert flat[100] == pytest.approx((99 / 101) ** 200, rel=1e-6)
    assert (rows["y"] >= descent_speed.LEAST).all()


# --- where it ends --------------------------------------------------------------------------------


def test_the_spans_of_a_type_are_its_limits():
    found = [float_limits.measured(name) for name in ("float16", "float64")]
    view = descent_ends.limits(found)
    assert_complete(view)
    spans = view.frames["spans"].set_index(["type", "state"])
    assert spans.loc[("float16", descent_ends.ABSORBED)].tolist() == [6, 13]
    assert spans.loc[("float64", descent_ends.ZERO)].tolist() == [538, descent_ends.END]


def test_a_span_of_no_length_is_left_out():
    view = descent_ends.limits([float_limits.measured("float16", 0.001, 1000.0)])
    assert set(view.frames["spans"]["state"]) == {descent_ends.CHANGES, descent_ends.ZERO}


def test_the_table_sets_arithmetic_beside_layout():
    names = ("float16", "float32")
    made = descent_ends.limits_table(
        [float_limits.measured(n) for n in names], [float_limits.predicted(n) for n in names]
    )
    assert made["w − ηg = w: measured (predicted)"].tolist() == ["6 (6)", "13 (13)"]
    assert made["g when absorbed"].tolist() == ["2.4·10⁻⁴", "1.5·10⁻⁸"]


def test_the_map_holds_every_end_where_it_was_found():
    ends = np.array([[0, 0, 1, 1], [0, UNSETTLED, DIVERGED, DIVERGED]], dtype=np.int8)
    view = descent_ends.basins(ends, (-1.0, 0.0, 1.0, 2.0), (0.1, 0.5), (1.0, 0.5))
    assert_complete(view)
    cells = view.frames["cells"]
    for row, eta in zip(ends, (0.1, 0.5), strict=True):
        for end, start in zip(row, (-1.0, 0.0, 1.0, 2.0), strict=True):
            own = cells[(cells.eta == eta) & (cells.left < start) & (cells.right > start)]
            assert own["end"].tolist() == [descent_ends.ENDS[int(end)]]
    assert "25 %" in view.alt


@pytest.mark.parametrize("rate", [0.1, 0.5, 2.5])
def test_the_bounces_lie_on_the_profile(rate):
    surface = surfaces.two_minima()
    path = descend(surface, "gradient_descent", rate, 1000, start=(2.5, 0.0))
    view = descent_ends.profile(surface, path)
    assert_complete(view)
    walk = view.frames["walk"]
    at = np.stack([walk["w"], np.zeros(len(walk))], axis=1)
    assert walk["J"].to_numpy() == pytest.approx(surface.value(at))
    assert len(walk) <= descent_ends.MOST_BOUNCES + 1
