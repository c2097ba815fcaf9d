import json
import math

import numpy as np
import pytest

from tests.concepts.dying.test_charts import assert_complete
from vanishing.concepts.depth import charts
from vanishing.concepts.depth.charts import heat_map, place
from vanishing.concepts.depth.facts import Row, limit_text
from vanishing.engine.depth.limits import DEPTHS, Limit, Outcome, limit


def row(label, medians, scale=math.inf):
    outcomes = {d: Outcome(0.03, (m - 0.1, m, m + 0.01)) for d, m in medians.items()}
    return Row(label, f"{label} in full", outcomes, limit(medians, 0.9), scale)


GOOD = row("good", dict.fromkeys(DEPTHS, 0.95))
SHORT = row("short", {d: 0.95 if d <= 8 else 0.2 for d in DEPTHS}, scale=1.5)
NEVER = row("never", dict.fromkeys(DEPTHS, 0.1), scale=0.0)
PARTLY = row("partly", {1: 0.95, 12: 0.3})
EMPTY = row("empty", {})


def view(*rows):
    return heat_map("limits", rows, 0.9, "On some budget.", numbers=True, step=46)


@pytest.mark.parametrize("rows", [(GOOD,), (EMPTY,), (GOOD, SHORT, NEVER, PARTLY, EMPTY)], ids=len)
def test_the_view_is_complete_and_nothing_in_it_is_empty(rows):
    drawn = view(*rows)
    assert_complete(drawn)
    assert all(len(frame) for frame in drawn.frames.values())
    assert len(drawn.frames["cells"]) == len(rows) * len(DEPTHS)
    # A NaN in JSON would not be drawn by a browser at all; frames travel as Arrow.
    assert "NaN" not in json.dumps(drawn.spec)


def test_squares_hold_the_median_and_the_range_of_the_networks():
    cells = view(SHORT).frames["cells"].set_index("depth")
    assert cells.accuracy[8] == 0.95
    assert (cells.lowest[8], cells.highest[8]) == pytest.approx((0.85, 0.96))
    assert cells["percent"][8] == "95"
    assert cells.accuracy[12] == 0.2
    assert (cells.right - cells.left == 1).all()
    assert cells.left.tolist() == list(range(len(DEPTHS)))


def test_what_is_not_computed_is_marked_as_that():
    cells = view(PARTLY).frames["cells"].set_index("depth")
    assert cells.accuracy.isna().sum() == len(DEPTHS) - 2
    assert cells["step size"][2] == "not computed yet"
    assert cells["percent"][2] == ""


def test_the_bar_stands_behind_the_last_column_that_is_reached():
    limits = view(GOOD, SHORT, NEVER, PARTLY, EMPTY).frames["limits"].set_index("row")
    assert limits.edge["good"] == len(DEPTHS)
    assert limits.edge["short"] == 1 + DEPTHS.index(8)
    assert limits.edge["never"] == 0
    assert limits.edge["partly"] == 1
    assert np.isnan(limits.edge["empty"])
    assert limits.limit.tolist() == ["≥ 100", "8", "none", "≥ 1", "?"]


def test_theory_goes_from_xi_to_six_xi_where_xi_is_finite():
    theory = view(GOOD, SHORT, NEVER).frames["theory"].set_index("row")
    assert theory.index.tolist() == ["short", "never"]
    assert theory["from"]["short"] == place(1.5)
    assert theory["to"]["short"] == place(9.0)
    assert theory["6 ξ"]["short"] == "9.00"
    assert "theory" not in view(GOOD).frames


def test_a_depth_of_the_grid_lies_in_the_middle_of_its_column():
    assert [place(depth) for depth in DEPTHS] == pytest.approx(np.arange(len(DEPTHS)) + 0.5)
    between = [place(depth) for depth in np.geomspace(0.9, 120, 200)]
    assert (np.diff(between) > 0).all()
    assert place(math.sqrt(30 * 50)) == pytest.approx(8.0), "half way by the logarithm"
    assert [place(depth) for depth in (0.0, 1e-9, 1e9, math.inf)] == [0, 0, 10, 10]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Limit(12, known=True), "12"),
        (Limit(0, known=True), "none"),
        (Limit(100, known=False), "≥ 100"),
        (Limit(0, known=False), "?"),
    ],
)
def test_limits_in_words(found, text):
    assert limit_text(found) == text


def test_the_alt_text_names_the_limits():
    words = view(GOOD, SHORT).alt
    assert "90 %" in words
    assert "good in full: ≥ 100; short in full: 8." in words
    many = heat_map("all", [row(str(i), {}) for i in range(20)], 0.5, "", numbers=False, step=20)
    assert "14 more" in many.alt
    assert len(many.alt) < 300


def test_a_specification_is_built_once_per_shape():
    assert view(GOOD).spec is view(EMPTY).spec
    assert charts._spec.cache_info().hits
