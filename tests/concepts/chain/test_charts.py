import numpy as np
import pytest
from scipy.stats import norm

from vanishing.concepts.chain import charts, charts_map, charts_types, facts
from vanishing.concepts.chain import charts_diagram as diagrams
from vanishing.concepts.chain.facts import INFINITE, SUBNORMAL, UNDEFINED, ZERO
from vanishing.engine.chain import many
from vanishing.engine.chain import products as chain
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.chain.weights import drawn as drawn_weights
from vanishing.engine.nets import activations

SIGMOID, RELU, IDENTITY = (activations.get(key) for key in ("sigmoid", "relu", "identity"))

AXES = {"deepest": 100.0, "low": -100.0, "high": 0.0}


def quarters(dtype: str, depth: int) -> chain.Chain:
    """A chain of identities with weights ¼: every product is 0.25ⁿ exactly."""
    return chain.run(1.0, [0.25] * depth, IDENTITY, 0.0, dtype)


def drawn_product(depth=20, sigma=1.0, activation=SIGMOID, dtype="float64", n=2_000):
    own = chain.run(1.0, drawn_weights(depth, sigma, 3), activation, 1.0, dtype)
    draws = many.draws(depth, sigma, activation, n)
    gap = chain_theory.theory_gap(activation, sigma)
    theory = None if gap else chain_theory.theory(depth, sigma, activation)
    return own, draws, theory


# --- events ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "subnormal", "zero"),
    [("float16", 8, 13), ("float32", 64, 75), ("float64", 512, 538)],
)
def test_a_quarter_to_the_n_underflows_where_ieee_754_says(dtype, subnormal, zero):
    found = facts.events(facts.products(quarters(dtype, 600)))
    assert found == {SUBNORMAL: subnormal, ZERO: zero}


def test_the_table_of_quarters_counts_the_same():
    table = charts_types.quarter_table(chain.DTYPES).set_index("type")
    assert table["0.25ⁿ subnormal from n ="].tolist() == [8, 64, 512]
    assert table["0.25ⁿ exactly 0 from n ="].tolist() == [13, 75, 538]
    # 1 − g rounds to 1 from half the spacing below 1 (2⁻¹¹, 2⁻²⁴, 2⁻⁵³) down; a tie goes to even.
    for name, bits in (("float16", 11), ("float32", 24), ("float64", 53)):
        assert table["1 − 0.25ⁿ is 1 from n ="][name] == -(-(bits + 1) // 2)


def test_an_overflow_then_a_zero_is_not_a_number():
    with np.errstate(invalid="ignore", over="ignore"):
        running = np.multiply.accumulate(np.array([1e4, 1e4, 0.0], np.float16))
    assert facts.events(running) == {INFINITE: 2, UNDEFINED: 3}


# --- the running product --------------------------------------------------------------------------


def test_the_line_is_the_product_of_the_factors():
    own, draws, theory = drawn_product()
    frames = charts.product(own, draws, theory, AXES, "").frames
    line = frames["chain"]
    assert line["layers"].tolist() == list(range(21))
    assert line["log10"].iloc[0] == 0.0
    one_by_one = np.cumsum(np.log10(np.abs(own.weights * own.slopes)))
    assert np.allclose(line["log10"].iloc[1:], one_by_one)
    assert np.allclose(frames["bound"]["log10"], np.arange(21) * np.log10(0.25))
    assert np.allclose(frames["theory"]["log10"].iloc[1:], theory.mean)


def test_the_line_is_a_derivative_of_the_chain_cut_there():
    own, draws, theory = drawn_product(depth=6)
    line = charts.product(own, draws, theory, AXES, "").frames["chain"]
    step = 1e-6
    for n in range(1, 7):
        up, down = (chain.run(1.0 + s, own.weights[:n], SIGMOID).hs[-1] for s in (step, -step))
        slope = abs(up - down) / (2 * step)
        assert 10 ** line["log10"].iloc[n] == pytest.approx(slope, rel=1e-4, abs=1e-9)


def test_theory_runs_inside_the_measured_band():
    own, draws, theory = drawn_product(n=10_000)
    frames = charts.product(own, draws, theory, AXES, "").frames
    band, line = frames["band"].iloc[1:], frames["theory"].iloc[1:]
    assert (line["log10"] > band["low"]).all()
    assert (line["log10"] < band["high"]).all()


def test_a_zero_is_marked_and_never_drawn():
    own = quarters("float16", 40)
    draws = many.draws(40, 1.0, IDENTITY, 100)
    view = charts.product(own, draws, None, AXES, "")
    line, marks, gone = (view.frames[name] for name in ("chain", "marks", "gone"))
    assert line["layers"].max() == 12
    assert np.isfinite(line["log10"]).all()
    assert dict(zip(marks["event"], marks["layers"], strict=True)) == {SUBNORMAL: 8, ZERO: 13}
    assert np.isfinite(marks["log10"]).all()
    assert gone[["start", "end"]].to_numpy().tolist() == [[12.5, 40]]
    assert gone["text"].tolist() == ["exactly 0 from 13"]
    assert "exactly 0 at 13" in view.alt


def test_drawn_zeros_are_counted_in_the_note():
    own, draws, theory = drawn_product(12, 1.0, RELU, n=4_000)
    view = charts.product(own, draws, theory, AXES, "")
    assert np.isfinite(view.frames["band"][["low", "mid", "high"]]).all(axis=None)
    assert f"{4_000 - int(draws.zeros[-1]):,} at the end" in view.note


# --- the histogram --------------------------------------------------------------------------------


def test_the_histogram_holds_every_chain_but_the_zeros():
    own, draws, theory = drawn_product(4, 2.0, RELU, n=4_000)
    view = charts.histogram(own, draws, theory, "")
    assert view.frames["bars"]["chains"].sum() == 4_000 - draws.zeros[-1]
    assert "exactly 0, not drawn" in view.frames["says"]["text"].item()


def test_the_normal_curve_has_the_theory_s_moments():
    own, draws, theory = drawn_product(30, 1.0, SIGMOID, n=4_000)
    curve = charts.histogram(own, draws, theory, "").frames["normal"]
    width = draws.edges[1] - draws.edges[0]
    std = np.sqrt(theory.variance[-1])
    by_scipy = 4_000 * width * norm.pdf(curve["log10"], theory.mean[-1], std)
    assert np.allclose(curve["chains"], by_scipy)


def test_a_histogram_of_nothing_says_so():
    own, draws, theory = drawn_product(100, 1.0, RELU, n=1_000)
    frames = charts.histogram(own, draws, theory, "").frames
    assert len(frames["bars"]) == len(frames["normal"]) == len(frames["here"]) == 0
    assert frames["says"]["text"].item() == charts.NONE_LEFT


# --- the map --------------------------------------------------------------------------------------


def test_the_map_tiles_the_depths_and_names_its_regimes():
    grid = many.median_map((1, 5, 10), (0.5, 1.0, 20.0), IDENTITY, n=500)
    view = charts_map.regime_map(grid, IDENTITY, 5, 1.0)
    cells = view.frames["cells"]
    assert len(cells) == 9
    for _, row in cells.groupby("sigma"):
        edges = row.sort_values("depth")
        assert (edges["left"].to_numpy()[1:] == edges["right"].to_numpy()[:-1]).all()
    for _, cell in cells.iterrows():
        size = 10.0 ** cell["log10"]
        name = "vanishing" if size < 1e-3 else "exploding" if size > 1e3 else "steady"
        assert cell["regime"] == name
    assert view.frames["here"].iloc[0].tolist() == [5, "1", "this setting"]


def test_a_median_of_zero_is_its_own_regime():
    grid = many.median_map((1, 5), (1.0,), RELU, n=500)
    cells = charts_map.regime_map(grid, RELU, 5, 1.0).frames["cells"]
    assert cells["regime"].tolist()[-1] == "exactly 0"
    assert cells["median"].tolist()[-1] == "0"


# --- number types ---------------------------------------------------------------------------------


def test_each_type_ends_where_it_underflows():
    view = charts_types.number_types({name: quarters(name, 80) for name in chain.DTYPES})
    last = view.frames["lines"].groupby("type")["layers"].max()
    assert last.to_dict() == {"float16": 12, "float32": 74, "float64": 80}
    assert view.frames["limits"]["text"].tolist() == [
        "↑ normal float16",
        "↑ normal float32",
    ]


# --- the diagram ----------------------------------------------------------------------------------


def test_the_diagram_puts_every_factor_on_its_edge():
    own = chain.run(1.0, [0.5, -2.0, 1.0], SIGMOID)
    words = diagrams.diagram(own).frames["words"]
    factors = words[words["row"] == "w·f′"]["text"].str.replace("−", "-").astype(float)
    assert np.allclose(factors, own.layer_factors, rtol=0.05)
    nodes = words[words["row"] == " "]["text"].tolist()
    assert nodes == ["x", "h₁", "h₂", "h₃", "J"]
    back = words[words["row"] == "← ∂J/∂h"]["text"].str.replace("−", "-").astype(float)
    assert np.allclose(back, own.activity_gradients, rtol=0.05)


@pytest.mark.parametrize("depth", [1, 5, 6, 7, 100])
def test_a_diagram_of_any_depth_keeps_the_whole_product(depth):
    own = chain.run(1.0, drawn_weights(depth, 3.0, 1), IDENTITY)
    frames = diagrams.diagram(own).frames
    assert len(frames["nodes"]) <= 7
    texts = frames["words"].query("row == 'w·f′'")["text"]
    sizes = [abs(_value(text)) for text in texts]
    # Each factor is shown to one digit or two.
    assert np.prod(sizes) == pytest.approx(abs(float(own.products[0])), rel=0.6)


def _value(text: str) -> float:
    plain = text.strip("…").replace("−", "-").replace(",", "")
    mantissa, _, power = plain.partition("·10")
    digits = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(mantissa) * 10.0 ** int(digits or 0)


def test_the_factor_bars_drop_no_zero_silently():
    own = chain.run(1.0, [1.0, -1.0, 1.0], RELU)
    frames = diagrams.factors(own).frames
    assert frames["bars"]["layer"].tolist() == [1]
    assert frames["zeros"]["layer"].tolist() == [2, 3]


# --- the check ------------------------------------------------------------------------------------


def test_a_short_chain_s_gradients_agree():
    table = diagrams.check_table(chain.check_gradient(1.0, [0.75, -0.5, 1.0], SIGMOID))
    assert table["chain rule"].tolist() == table["finite difference"].tolist()
    assert (table["relative difference"].str.contains("10⁻")).all()


def test_a_vanished_gradient_is_not_called_checked():
    check = chain.check_gradient(1.0, [0.5] * 40, SIGMOID)
    assert facts.verdict(check, 1) == facts.TOO_SMALL


def test_a_step_over_a_kink_is_called_one():
    check = chain.check_gradient(1.0, [0.0, 1.0], RELU, target=5.0)
    assert facts.verdict(check, 1) == facts.KINK


def test_a_dead_chain_s_gradients_are_both_zero():
    check = chain.check_gradient(1.0, [-1.0, 1.0], RELU)
    assert facts.verdict(check, 1) == facts.BOTH_ZERO


def test_a_wrong_derivative_shows_in_the_table():
    import dataclasses

    def wrong(z):
        value, slope = SIGMOID.value_and_slope(z)
        return value, 1.01 * slope

    planted = dataclasses.replace(SIGMOID, value_and_slope=wrong)
    check = chain.check_gradient(1.0, [0.75, -0.5, 1.0], planted)
    assert (check.relative > 1e-3).all()
    assert "10⁻" not in facts.verdict(check, 1)
