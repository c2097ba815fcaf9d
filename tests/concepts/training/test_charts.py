import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from vanishing.charts.view import WANTED
from vanishing.concepts.training import charts
from vanishing.concepts.training import charts_answers as answers
from vanishing.concepts.training import charts_curves as training_curves
from vanishing.concepts.training import charts_moment as moment
from vanishing.concepts.training import charts_network as network_picture
from vanishing.concepts.training import charts_scrub as scrub
from vanishing.concepts.training.facts import FIELDS, Pair
from vanishing.concepts.training.table import END, PAGE
from vanishing.engine.nets import activations, datasets, heads, network
from vanishing.engine.nets.records import Diverged
from vanishing.engine.nets.training import Run, Settings, run

SMALL = Settings(data="circles", samples=40, depth=3, width=5, steps=30, seeds=3, records=8)


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Pair(("A: sigmoid", "B: ReLU"), (run(SMALL), run(replace(SMALL, activation="relu"))))


def made(data: str = "circles", **changes: object) -> Pair:
    settings = replace(SMALL, data=data, **changes)
    return Pair(("A: one", "B: two"), (run(settings), run(replace(settings, seed=9))))


def test_every_position_shows_the_last_record_made_by_then(pair):
    short = Run(pair.runs[0].settings, pair.runs[0].data, pair.runs[0].records[:3])
    mixed = Pair(pair.names, (short, pair.runs[1]))
    assert mixed.steps == tuple(record.step for record in short.records), "as far as both are"
    dead = replace(short.final, diverged=Diverged(short.final.step, 1, "weight", (0,)))
    ended = Run(short.settings, short.data, (*short.records[:2], dead))
    mixed = Pair(pair.names, (ended, pair.runs[1]))
    assert mixed.steps == tuple(record.step for record in pair.runs[1].records)
    for step, record in zip(mixed.steps, mixed.records(0), strict=True):
        assert record.step == max(r.step for r in ended.records if r.step <= step)


def test_dots_hold_the_gradient_of_the_first_network(pair):
    # The second way: a pass of the engine over the recorded parameters, without the records.
    frame = charts.scrubbed(pair, "delta").frames["units"]
    one, record = pair.runs[1], pair.records(1)[4]
    head, activation = heads.get("sigmoid"), activations.get("relu")
    trace = network.forward(record.parameters, one.data.x, activation, head)
    targets = head.encode(one.data.y, 2)
    deltas = network.backward(record.parameters, trace, targets, head).deltas
    for layer, delta in enumerate(deltas, start=1):
        shown = frame[(frame.setting == "B") & (frame.position == 4) & (frame.layer == layer)]
        expected = np.sqrt((delta[0] ** 2).mean(axis=0))
        zero = expected == 0
        assert list(shown.state == network_picture.ZERO) == list(zero)
        np.testing.assert_allclose(10 ** shown.log10[~zero], expected[~zero], rtol=1e-5)


def test_states_name_what_a_logarithm_cannot_show():
    values = np.array([1e-300, 0.0, np.inf, np.nan])
    assert list(network_picture.state(values)) == [
        "finite",
        "exactly 0",
        "inf or NaN",
        "inf or NaN",
    ]
    np.testing.assert_array_equal(network_picture.log10(values), [-300, np.nan, np.nan, np.nan])


def test_edges_are_the_heaviest(pair):
    frame = network_picture.edges("A", pair.runs[0].records, 50)
    weights = np.abs(pair.runs[0].records[-1].parameters.weights[1][0])
    weights = weights / weights.max()
    last = frame[(frame.position == len(pair.runs[0].records) - 1) & (frame.layer == 2)]
    heaviest = np.sort(weights, axis=None)[::-1][: len(last)]
    np.testing.assert_array_equal(np.sort(last.percent)[::-1], np.rint(100 * heaviest))
    # Each edge joins the two units whose weight it is.
    for source, target, percent in zip(last["from"], last["to"], last.percent, strict=True):
        i, j = (source + 4) // 2, (target + 4) // 2
        assert percent == np.rint(100 * weights[i, j])
    assert last.percent.max() == 100


@pytest.mark.parametrize(
    ("logs", "start", "expected"),
    [
        ([-8.5, -2.1], [-8.5, -2.1], (-9, -2)),
        ([-40.0, 0.0], [0.0], (-14, 0)),
        ([-3.0, 250.0], [-3.0, -1.0], (-3, 2)),
        ([np.nan], [np.nan], (-1, 0)),
        ([-2.0], [-2.0], (-3, -2)),
    ],
)
def test_scales_span_whole_powers_of_ten(logs, start, expected):
    assert network_picture.decades(np.array(logs), np.array(start)) == expected


def test_the_plane_shows_the_class_that_the_network_gives(pair):
    frames = charts.scrubbed(pair, "delta").frames
    frame, last = frames["answers"], len(pair.steps) - 1
    for side, position in ((0, 0), (0, last), (1, 3), (1, last)):
        holds = (frame.position <= position) & (frame.until >= position)
        shown = frame[(frame.setting == "AB"[side]) & holds]
        assert_answers(shown.merge(frames["cells"], on="cell"), pair, side, position)
    sent_before = len(pair.steps) * 2 * answers.CELLS["plane"] ** 2
    assert len(frame) < 0.8 * sent_before, "what does not change is not sent again"


def assert_answers(shown, pair, side, position):
    record = pair.records(side)[position]
    # The second way: both nets, written out.
    signal = shown[["x", "y"]].to_numpy(float)
    for w, b in zip(record.parameters.weights, record.parameters.biases, strict=True):
        z = signal @ w[0] + b[0]
        relu = side == 1 and w is not record.parameters.weights[-1]
        signal = np.maximum(z, 0) if relu else 1 / (1 + np.exp(-z))
    one = signal[:, 0]
    clear = np.abs(one - 0.5) > 1e-6
    said = (shown["class"] == "class 1").to_numpy()
    np.testing.assert_array_equal(said[clear], (one > 0.5)[clear])
    np.testing.assert_allclose(
        shown.percent, 100 * np.maximum(one, 1 - one), atol=answers.SHADE / 2 + 0.01
    )
    assert len(shown) == answers.CELLS["plane"] ** 2


def test_curves_are_medians_over_seeds_and_hold_no_zero(pair):
    for which, field in FIELDS.items():
        view = training_curves.gradients(pair, 0, which)
        rows = view.frames["rows"]
        assert (rows[["gradient"]] > 0).all().all()
        for record in pair.runs[0].records:
            expected = np.median(getattr(record, field), axis=0)
            found = rows[rows.step == record.step].sort_values("layer").gradient
            np.testing.assert_allclose(found, expected)
        assert ("guide" in view.frames) == (which == "update")
    loss = charts.scrubbed(pair, "delta").frames["loss"]
    expected = [np.median(record.loss) for record in pair.runs[1].records]
    np.testing.assert_allclose(loss[loss.series == "B: ReLU"].loss, expected)
    scores = training_curves.score(pair).frames["rows"]
    expected = [np.median(record.accuracy) for record in pair.runs[0].records]
    np.testing.assert_allclose(scores[scores.series == "A: sigmoid"]["median"], expected)


def test_layers_are_named_where_there_is_room(pair):
    for side in (0, 1):
        frames = training_curves.gradients(pair, side, "delta").frames
        named, numbers = frames["ends"], frames["at"].iloc[0]
        assert named.layer.iloc[0] == 1
        decades = np.log10(numbers.high / numbers.low)
        apart = np.diff(np.sort(np.log10(named.gradient))) * training_curves.PLOT / decades
        assert (apart >= training_curves.APART).all()
    assert frames["rows"].layer.nunique() > len(named), "ReLU's layers stand close together"


def test_lines_of_layers_read_on_both_pages():
    def light(colour):
        shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return np.dot(linear, [0.2126, 0.7152, 0.0722]) + 0.05

    for place, page in enumerate(("#FFFFFF", "#12161B")):
        for colours in training_curves.COLOURS:
            ratio = light(page) / light(colours[place])
            assert max(ratio, 1 / ratio) >= 3


def test_profile_marks_zeros_at_the_lower_edge():
    # Weights of 0 pass no gradient back: exactly 0 in every hidden layer.
    view = charts.scrubbed(made(initializer="normal", sigma=0.0), "delta")
    rows = view.frames["profile"]
    start = rows[rows.position == 0]
    assert (start[start.layer < 4].state == network_picture.ZERO).all()
    assert (start[start.layer == 4].state == network_picture.FINITE).all()
    assert "By layer, a triangle is exactly 0." in view.note


def test_what_the_axes_cannot_hold_is_kept_as_it_is_and_said():
    pair = made(activation="relu", initializer="normal_unit", depth=12, width=16, steps=20)
    view = charts.scrubbed(pair, "delta")
    assert "By layer, a diamond lies beyond the axis" in view.note
    assert "leave the picture." in view.note
    rows, step = view.frames["profile"], pair.runs[0].records[1]
    first = rows[(rows.setting == "A") & (rows.position == 1) & (rows.layer == 1)].iloc[0]
    levels = np.quantile(step.delta_rms[:, 0], (0.1, 0.5, 0.9))
    assert levels[1] > view.frames["at"].gradient_high.iloc[0]
    np.testing.assert_allclose([first.low, first["median"], first.high], levels)
    assert "By layer" not in charts.scrubbed(made(), "delta").note


def test_diverged_runs_are_drawn_as_far_as_they_came():
    pair = made(activation="identity", learning_rate=1000.0, width=16)
    assert pair.runs[0].final.diverged is not None
    view = charts.scrubbed(pair, "update")
    captions = view.frames["captions"]
    step = pair.runs[0].final.diverged.step
    assert f"diverged at step {step}" in captions[captions.setting == "A"].text.iloc[-1]
    assert np.isfinite(view.frames["loss"].loss).all()
    curves = training_curves.gradients(pair, 0, "delta")
    assert curves.frames["ended"].step.tolist() == [step]
    assert np.isfinite(curves.frames["rows"].gradient).all()
    training_curves.score(pair)


@pytest.mark.parametrize("data", datasets.KEYS)
@pytest.mark.parametrize("which", FIELDS)
def test_every_kind_of_data_can_be_scrubbed(data, which):
    pair = made(data, depth=1, width=1, seeds=1, steps=4)
    view = charts.scrubbed(pair, which)
    assert view.spec["vconcat"]
    assert view.alt
    for frame in view.frames.values():
        assert frame.attrs == {}
    named = {name for name in view.frames if name not in ("data", "guide")}
    assert all(len(view.frames[name]) for name in named)


@pytest.mark.parametrize("changes", [{}, {"depth": 50, "width": 24}, {"width": 64}])
def test_the_scrubbed_chart_stays_small(changes):
    settings = replace(SMALL, depth=8, width=16, steps=25, seeds=1, records=25)
    settings = replace(settings, **changes)
    one = run(settings)
    view = charts.scrubbed(Pair(("A: a", "B: b"), (one, one)), "delta")
    size = sum(pa.Table.from_pandas(frame).nbytes for frame in view.frames.values())
    assert size < 600_000


def test_another_setting_needs_no_other_specification_nor_other_data_all_of_it():
    built = scrub._drawn.cache_info

    def after(data, which="delta", steps=5):
        before = built().misses
        charts.scrubbed(made(data, steps=steps, seeds=1), which)
        return built().misses - before

    scrub._drawn.cache_clear()
    assert after("circles") > 5
    assert after("circles", steps=9) == after("moons") == 0
    assert after("moons", "update") == 1, "of the gradient by layer"
    assert after("digits") == 2, "of the answers"


def test_what_grows_needs_no_other_specification(pair, monkeypatch):
    # So few rows that not all edges are drawn.
    monkeypatch.setattr(network_picture, "ROWS", 500)

    def drawn(records):
        runs = [replace(run, records=run.records[:records]) for run in pair.runs]
        grown = Pair(pair.names, (runs[0], runs[1]))
        sides = [training_curves.gradients(grown, side, "delta") for side in (0, 1)]
        return [charts.scrubbed(grown, "delta"), *sides, training_curves.score(grown)]

    first, last = drawn(1), drawn(8)
    for early, late in zip(first, last, strict=True):
        assert early.spec == late.spec
        assert early.frames.keys() == late.frames.keys()
    # Neither do other units or edges come to be drawn.
    early, late = (one[0].frames["edges"].query("position == 0") for one in (first, last))
    assert len(early) == len(late) > 0


def test_the_slider_counts_the_steps_and_begins_at_the_last(pair):
    spec = charts.scrubbed(pair, "delta").spec
    params = {param["name"]: param for param in spec["params"]}
    slider = params["step"]
    assert (slider["bind"]["min"], slider["bind"]["max"]) == (0, pair.budget)
    assert slider["value"] == pair.steps[-1], "the end"
    assert params[WANTED]["value"] == PAGE.control("step").default == END
    # The marks that the signals listen to are there under that name.
    assert spec["vconcat"][0]["layer"][-1]["name"] + "_marks" == moment._MARK


@pytest.mark.parametrize("steps", [(0,), (0, 1, 2, 5, 40), (0, 1, 2, 4, 8, 5000, 10000)])
def test_every_place_along_the_steps_has_its_nearest_moment(steps):
    budget = max(steps[-1], 20)
    nearest = [int(index) for index in moment.nearest(steps, budget).split(",")]
    assert len(nearest) == moment.FINEST + 1
    for place, index in enumerate(nearest):
        step = budget * place / moment.FINEST
        assert abs(steps[index] - step) == min(abs(one - step) for one in steps)


WRITTEN = """
from json import dumps
from vanishing.concepts.training.charts_scrub import filled
print(dumps(filled("plane", ("0", "1"), "delta", "", start=0, budget=9)))
"""


def test_every_process_writes_the_specification_alike():
    # What one makes ready, another goes on with: a chart that is written otherwise is drawn anew.
    one, other = (
        subprocess.run(
            [sys.executable, "-c", WRITTEN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        # Of these seeds each puts a set of names into another order.
        for seed in ("5", "6")
    )
    assert len(one) > 1_000
    assert one == other
