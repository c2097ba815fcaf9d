import math
from dataclasses import replace

import numpy as np
import pytest

from vanishing.concepts.layers import charts
from vanishing.concepts.layers import charts_histograms as layers_histograms
from vanishing.concepts.layers import charts_theory as layers_theory
from vanishing.concepts.layers.facts import medians_of
from vanishing.engine.nets import activations
from vanishing.engine.wide import criticality, mean_field
from vanishing.engine.wide.layers import GRADIENTS, Settings, Start, at_start, predict

SMALL = Settings(depth=5, width=16, samples=40, seeds=20)


@pytest.fixture(scope="module")
def start() -> Start:
    return at_start(SMALL)


def test_lines_are_medians_with_their_bands(start):
    view = charts.gradients(start, tuple(GRADIENTS), "")
    for name, label in GRADIENTS.items():
        sizes = getattr(start.measured, name)
        shares = sizes / sizes[:, -1:]
        rows = view.frames["rows"]
        rows = rows[rows.series == label]
        for column, level in (("low", 0.1), ("median", 0.5), ("high", 0.9)):
            np.testing.assert_allclose(rows[column], np.quantile(shares, level, axis=0))
    np.testing.assert_allclose(view.frames["theory"].y, start.predicted.deltas)
    assert "theory" not in charts.gradients(start, ("weight",), "").frames
    spread = charts.deviation(start).frames
    np.testing.assert_allclose(
        spread["rows"]["median"], np.median(start.measured.activation_std, axis=0)
    )
    np.testing.assert_allclose(spread["theory"].y, start.predicted.stds)
    sizes = charts.size(start, "").frames
    np.testing.assert_allclose(sizes["theory"].y, start.predicted.variances)
    np.testing.assert_allclose(sizes["rows"]["median"], np.median(start.measured.variance, axis=0))
    shares = charts.saturated(start).frames["rows"]["median"]
    np.testing.assert_allclose(shares, np.median(start.measured.saturated, axis=0))


def test_another_depth_is_another_line_on_the_same_axes():
    wide = replace(SMALL, width=64)
    deepest = predict(replace(wide, depth=20))

    def specs(depth):
        start = at_start(replace(wide, depth=depth))
        views = (
            charts.gradients(start, ("delta", "weight"), "", deepest),
            charts.deviation(start, deepest),
            charts.size(start, "", deepest),
            charts.saturated(start),
        )
        return [view.spec for view in views]

    assert specs(3) == specs(11) == specs(20)
    ends = specs(3)[0]["params"][0]["value"]
    assert ends["low"] < deepest.deltas[0] < 1.0 < ends["high"]


def test_what_a_log_axis_cannot_show_is_said():
    nothing = at_start(replace(SMALL, initializer="scaled", weight_variance=0.0))
    view = charts.gradients(nothing, ("delta",), "")
    assert "Not drawn: ∂J/∂z: in every net it is 0" in view.note
    assert len(view.frames["rows"])
    assert "exactly 0 in 5 layers (1–5)" in charts.size(nothing, "").note
    part = np.array([[0.0, size, 1.0] for size in (0, 0, 0, 0, 2, 3, 4, 4, 4, 4, 4)])
    assert charts.unseen(part) == "exactly 0 in 1 layer (1)"
    drawn = charts._drawable(part, "x")
    assert drawn.x.tolist() == [2, 3]
    assert drawn.low.iloc[0] == 2.0, "a band down to 0 ends at the smallest size that is not 0"


def test_a_size_that_cannot_be_drawn_anywhere_leaves_an_axis_with_room():
    nothing = at_start(replace(SMALL, initializer="scaled", weight_variance=0.0))
    gone = replace(nothing, predicted=None)
    for view in (charts.size(gone, ""), charts.deviation(gone)):
        at = view.spec["params"][0]["value"]
        assert 0.0 < at["low"] < at["high"]
    sizes = {"stds": (0.0, 1.0, math.inf), "variances": (1.0, 2.0, math.inf)}
    endless = replace(nothing.predicted, **sizes)
    for view in (charts.size(gone, "", endless), charts.deviation(gone, endless)):
        assert math.isfinite(view.spec["params"][0]["value"]["high"])


def test_seeds_without_a_share_do_not_spoil_the_others():
    part = np.array([[0.5, 1.0], [np.nan, np.nan], [0.7, 1.0]])
    np.testing.assert_allclose(medians_of(part), [0.6, 1.0])
    assert np.isnan(medians_of(part[1:2])).all()


def test_strips_count_every_value_once(start):
    view = layers_histograms.outputs(start, "")
    cells = view.frames["cells"]
    pooled = start.measured.values.swapaxes(0, 1).reshape(5, -1)
    low, high = cells.low.min(), cells.high.max()
    for layer, row in enumerate(pooled, start=1):
        inside = np.mean((row >= low) & (row <= high))
        share = cells[cells.layer == layer].share.sum()
        assert share == pytest.approx(inside, abs=0.01)
        assert share == pytest.approx(1.0)
    shades = cells.groupby("layer").dark.max()
    np.testing.assert_allclose(shades, 1.0)


def test_zeros_of_relu_are_told_and_not_drawn():
    relu = at_start(replace(SMALL, activation="relu", initializer="he_normal"))
    view = layers_histograms.deltas(relu, "")
    zero = np.isneginf(relu.measured.delta_log10[:, 0]).mean()
    assert f"{100 * zero:.0f} % of the first layer's" in view.note
    first = view.frames["cells"].query("layer == 1")
    assert first.share.sum() == pytest.approx(1 - zero, abs=0.02)


def test_strips_hold_what_single_precision_cannot():
    deep = replace(SMALL, activation="identity", initializer="scaled", depth=60)
    found = at_start(replace(deep, weight_variance=1e4))
    view = layers_histograms.outputs(found, "")
    middle = np.log10(medians_of(found.measured.activation_std)[-1])
    assert middle > 45
    cells = view.frames["cells"].query("layer == 60")
    # But for the tails of all layers together.
    assert cells.share.sum() > 0.5
    assert cells.low.min() - 2 < middle < cells.high.max() + 2
    assert "not drawn" not in view.note


def test_what_is_not_finite_is_told(start):
    values = start.measured.values.copy()
    values[:, -1, : values.shape[2] // 2] = np.inf
    lost = replace(start, measured=replace(start.measured, values=values))
    told = layers_histograms.outputs(lost, "").note
    assert "Not finite, and so not drawn: 0 % of the first layer's values, 50 % of" in told


@pytest.mark.parametrize("variance", [0.0, 1e6])
def test_strips_stand_at_the_extremes(variance):
    odd = at_start(
        replace(SMALL, activation="identity", initializer="scaled", weight_variance=variance)
    )
    for view in (layers_histograms.outputs(odd, ""), layers_histograms.deltas(odd, "")):
        cells = view.frames["cells"]
        assert len(cells)
        assert np.isfinite(cells.to_numpy(float)).all()


def test_the_staircase_walks_the_map():
    tanh = activations.get("tanh")
    step = lambda q: mean_field.next_variance(tanh, q, 1.76, 0.05)  # noqa: E731
    view = layers_theory.q_map(step, 3.0, mean_field.fixed_point(tanh, 1.76, 0.05))
    stairs = view.frames["stairs"]
    walked = mean_field.propagate(
        tanh, 8, weight_variance=1.76, bias_variance=0.05, first_variance=3.0
    )
    np.testing.assert_allclose(stairs.y.iloc[1::3], walked.variances[1:])
    np.testing.assert_allclose(view.frames["curve"].y, [step(q) for q in view.frames["curve"].x])
    assert "q* = 0.569" in view.note


@pytest.mark.parametrize(("fixed", "words"), [(0.0, "nothing"), (math.inf, "without end")])
def test_a_map_without_a_fixed_point_says_so(fixed, words):
    scale = 0.1 if fixed == 0.0 else 1e9
    view = layers_theory.q_map(lambda q: scale * q, 1.0, fixed)
    assert words in view.note
    assert np.isfinite(view.frames["stairs"].to_numpy(float)).all()


def test_the_plane_shows_line_and_setting():
    tanh = activations.get("tanh")
    view = layers_theory.plane("tanh", criticality.critical_line(tanh), (1.76, 0.05))
    line, here = view.frames["line"], view.frames["here"]
    assert np.interp(0.05, line.y, line.x) == pytest.approx(1.76, abs=0.01)
    assert here[["x", "y"]].to_numpy().tolist() == [[1.76, 0.05]]
    assert "n·Var(w) = 1.00" in view.alt
    none = layers_theory.plane("softplus", (), None)
    assert "no critical line" in none.note
    assert not len(none.frames["here"])


def test_factors_are_drawn_with_the_measured_mark():
    curve = criticality.factor_curve(activations.get("sigmoid"), 0.0)
    view = layers_theory.factors({"sigmoid": curve}, 0.0, (1.0, 0.24))
    assert view.frames["here"][["x", "y"]].to_numpy().tolist() == [[1.0, 0.24]]
    assert "sigmoid 0.236" in view.alt
    outside = layers_theory.factors({"sigmoid": curve}, 0.0, (1e4, 3.0))
    assert not len(outside.frames["here"])
