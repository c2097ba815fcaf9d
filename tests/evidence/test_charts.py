import json
import math

import pytest

from vanishing.evidence import charts
from vanishing.evidence.finding import Line, Picture

MEASURED = Line("net", (1.0, 2.0, 3.0), (0.5, 0.25, 0.1), (0.4, 0.2, 0.05), (0.6, 0.3, 0.2))
OTHERS = (
    Line("theory", (1.0, 2.0, 3.0), (0.5, 0.25, 0.125), kind="predicted"),
    Line("limit", (1.0, 3.0), (1.0, 1.0), kind="bound"),
    Line("paper", (2.0,), (0.25,), kind="published"),
)
NAMED = (
    Line("at start", ("ReLU", "tanh"), (0.5, 0.1), (0.4, 0.05), (0.6, 0.2)),
    Line("later", ("ReLU", "tanh"), (0.3, 0.2)),
    Line("theory", ("ReLU", "tanh"), (0.5, 0.1), kind="predicted"),
    Line("paper", ("ReLU",), (0.5,), kind="published"),
)


def view(*lines, **options):
    return charts.view(
        "evidence C0", Picture("depth", "share", lines, **options), "0.5 a layer", ""
    )


def test_each_kind_of_line_is_a_data_set():
    frames = view(MEASURED, *OTHERS).frames
    assert list(frames) == ["measured", "predicted", "bound", "published"]
    assert list(frames["measured"]["y"]) == [0.5, 0.25, 0.1]
    assert set(frames["bound"]["series"]) == {"limit"}


@pytest.mark.parametrize("lines", [(MEASURED, *OTHERS), NAMED], ids=["numbers", "names"])
@pytest.mark.parametrize("log", [False, True])
def test_every_layer_reads_a_data_set_that_is_there(lines, log):
    made = view(*lines, log_y=log)
    spec = json.dumps(made.spec)
    for name in made.frames:
        assert f'"data": {{"name": "{name}"}}' in spec
    assert ('"type": "log"' in spec) == log


def test_a_kind_that_is_missing_has_no_layer():
    spec = json.dumps(view(MEASURED).spec)
    assert "published" not in spec
    assert "predicted" not in spec


def test_what_no_axis_can_show_is_left_out():
    line = Line("net", (1.0, 2.0, 3.0), (0.5, math.inf, math.nan))
    assert list(view(line).frames["measured"]["x"]) == [1.0]


def test_a_band_is_drawn_only_where_there_is_one():
    assert "area" in json.dumps(view(MEASURED).spec)
    assert "area" not in json.dumps(view(Line("net", (1.0, 2.0), (0.5, 0.25))).spec)


def test_rows_take_their_height_from_their_number():
    few, many = (
        view(Line("net", tuple("abcdefghijkl"[:n]), (1.0,) * n)).spec["height"] for n in (4, 12)
    )
    assert many - few == 8 * charts.ROW


def test_the_same_shape_is_built_once():
    other = Line("other", (5.0, 6.0), (1.0, 2.0), (1.0, 1.0), (2.0, 3.0))
    assert view(MEASURED).spec is view(other).spec
