"""Two training runs beside each other: scrubbed through in the browser, and as curves over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from vanishing.arrays import Array
from vanishing.charts import answers, network_picture
from vanishing.charts.answers import Kind, Reach
from vanishing.charts.bands import LEVELS, POWERS_OF_TEN
from vanishing.charts.network_picture import BROKEN, GROWTH, ZERO, decades, log10
from vanishing.charts.style import GUIDE, NEUTRAL, WARNING
from vanishing.charts.view import View, specification
from vanishing.text import number, percent
from vanishing.training import Record, Run

FIELDS: Final = {"delta": "delta_rms", "weights": "weight_grad_rms", "update": "update_ratio"}
TITLES: Final = {
    "delta": "∂J/∂z, RMS over inputs and units",
    "weights": "∂J/∂W, RMS over the layer's weights",
    "update": "update : weights, ratio of standard deviations",
}
GUIDE_RATIO: Final = 1e-3
PICTURE: Final = 0.69
"""Share of the width that the network takes; the rest is its answers."""

PANEL_NOTES: Final[dict[Kind, str]] = {
    "plane": "Right: the more probable class, paler the less sure, and the data.",
    "line": "Right: the prediction over the input, and the data.",
    "bars": "Right: the probabilities of the classes for one image; its own class in colour.",
}

START: Final = 0.6
"""Where one begins to scrub, as a share of the steps."""

FLOOR: Final = 1e-99
"""The smallest number that an axis shows."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two runs under the names the reader sees, with their records brought to common moments."""

    names: tuple[str, str]
    runs: tuple[Run, Run]

    @property
    def steps(self) -> tuple[int, ...]:
        """Every step at which either run was recorded: the positions one can scrub to."""
        return tuple(sorted({record.step for run in self.runs for record in run.records}))

    def records(self, side: int) -> list[Record]:
        """Return one record per position: the last one made by then."""
        made = self.runs[side].records
        at = np.searchsorted([record.step for record in made], self.steps, side="right") - 1
        return [made[i] for i in at]


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    # A fresh index: the old one would travel as a column of eight bytes a row.
    return pd.concat(frames, ignore_index=True)


def gradient(run: Run, which: str) -> Array:
    """Return one kind of gradient, shape (records, S, L)."""
    return np.stack([getattr(record, FIELDS[which]) for record in run.records])


def gradient_decades(pair: Pair, which: str) -> tuple[int, int]:
    """Return the powers of ten that both runs' axis of a gradient spans."""
    values = []
    for run in pair.runs:
        # What overflows at the end of a run, or is a difference of such, sets no scale.
        sound = [record.diverged is None for record in run.records]
        values.append(log10(gradient(run, which)[np.array(sound)]))
    every = np.concatenate([one.ravel() for one in values])
    if which == "update":
        every = np.append(every, np.log10(GUIDE_RATIO))
    return decades(every, np.concatenate([one[:1].ravel() for one in values]), most=30)


# --- frames ------------------------------------------------------------------------------------


def middle(values: Array) -> tuple[Array, Array, Array]:
    """Return 10 %, median and 90 % over the last axis (seeds); a NaN among them makes them NaN."""
    with np.errstate(invalid="ignore"):
        low, median, high = np.quantile(values, LEVELS, axis=-1, method="linear")
    return low, median, high


def _loss_rows(pair: Pair) -> pd.DataFrame:
    frames = []
    for name, run in zip(pair.names, pair.runs, strict=True):
        low, median, high = middle(np.stack([record.loss for record in run.records]))
        frames.append(
            pd.DataFrame(
                {
                    "series": name,
                    "step": [record.step for record in run.records],
                    "low": low,
                    "loss": median,
                    "high": high,
                }
            )
        )
    rows = pd.concat(frames, ignore_index=True)
    # A log axis has no place for 0; what overflowed is named in words.
    rows["low"] = rows["low"].clip(lower=FLOOR)
    kept = rows[np.isfinite(rows["high"]) & (rows["loss"] > 0)]
    return pd.DataFrame(kept).reset_index(drop=True)


def _ticks(rows: pd.DataFrame) -> tuple[float, ...]:
    """Return the values to label on the loss axis; the first and the last are its ends."""
    if rows.empty:
        return (0.1, 1.0)
    low = float(np.log10(rows["low"].min()))
    start = float(np.log10(rows.loc[rows["step"] == 0, "high"].max()))
    high = min(float(np.log10(rows["high"].max())), start + GROWTH)
    below, above = int(np.floor(low)), int(np.ceil(high))
    if above - below <= 2:
        fine = [m * 10.0**e for e in range(below, above + 1) for m in (1, 2, 5)]
        inner = [tick for tick in fine if low < np.log10(tick) < high]
        lower = [tick for tick in fine if np.log10(tick) <= low][-1:]
        upper = [tick for tick in fine if np.log10(tick) >= high][:1]
        return tuple(lower + inner + upper)
    step = -(-(above - below) // 4)
    return tuple(10.0**e for e in range(below, above + step, step))


def _positions(pair: Pair) -> pd.DataFrame:
    steps = np.array(pair.steps, dtype=float)
    between = (steps[1:] + steps[:-1]) / 2
    return pd.DataFrame(
        {
            "position": np.arange(len(steps), dtype=np.uint8),
            "step": pair.steps,
            "from": np.concatenate([steps[:1], between]),
            "to": np.concatenate([between, steps[-1:]]),
            "text": [f"step {step:,}" for step in pair.steps],
        }
    )


def _captions(pair: Pair) -> pd.DataFrame:
    rows = []
    for side, (name, run) in enumerate(zip(pair.names, pair.runs, strict=True)):
        for position, (step, record) in enumerate(zip(pair.steps, pair.records(side), strict=True)):
            rows.append(
                {
                    "setting": name[0],
                    "position": np.uint8(position),
                    "text": f"{name} · {_state(run, record, step)}",
                }
            )
    return pd.DataFrame(rows)


def _state(run: Run, record: Record, step: int) -> str:
    if record.diverged is not None:
        return f"diverged at step {record.diverged.step:,}"
    if record.step < step and record is run.final:
        return f"stopped at step {record.step:,}"
    score = float(record.accuracy[0])
    words = f"R² {number(score, 2)}" if run.data.classes == 0 else f"accuracy {percent(score)}"
    return f"step {step:,}, seed {run.settings.seed}: loss {number(float(record.loss[0]))}, {words}"


def _profile_rows(pair: Pair, which: str, low: int, high: int) -> pd.DataFrame:
    frames = []
    for side, name in enumerate(pair.names):
        values = np.stack([getattr(record, FIELDS[which]) for record in pair.records(side)])
        bottom, median, top = middle(values.swapaxes(1, 2))
        positions, layers = median.shape
        frames.append(
            pd.DataFrame(
                {
                    "series": name,
                    "position": np.repeat(np.arange(positions, dtype=np.uint8), layers),
                    "layer": np.tile(np.arange(1, layers + 1, dtype=np.uint8), positions),
                    "low": _inside(bottom, low, high).ravel(),
                    "median": median.ravel(),
                    "high": _inside(top, low, high).ravel(),
                    "shown": _inside(median, low, high).ravel(),
                    "state": network_picture.state(median).ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _inside(values: Array, low: int, high: int) -> Array:
    """Move what a log axis cannot show to its edges; the state of the row says why."""
    return np.where(np.isnan(values), 10.0**high, np.clip(values, 10.0**low, 10.0**high))


# --- the scrubbed picture ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """All that the scrubbed chart's specification depends on."""

    names: tuple[str, str]
    kind: Kind
    classes: tuple[str, ...]
    reach: Reach
    positions: int
    start: int
    steps: int
    layers: int
    colours: tuple[int, int]
    gradients: tuple[int, int]
    losses: tuple[float, ...]
    which: str


INSIDE: Final[dict[str, Any]] = {
    "labelAlign": "left",
    "labelPadding": -4,
    "labelBaseline": "bottom",
    "ticks": False,
    "domain": False,
    "title": None,
}
"""An axis with its labels in the plot: in a concatenation Streamlit leaves it no room outside."""


def _title(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", fontSize=12, fontWeight="normal", offset=2)


def _scrub(shape: _Shape) -> alt.Parameter:
    slider = alt.binding_range(min=0, max=shape.positions - 1, step=1, name="Scrub: ")
    return alt.selection_point(
        name="scrub",
        fields=["position"],
        bind=slider,
        value=[{"position": shape.start}],
        on="pointerdown, [pointerdown, window:pointerup] > pointermove",
        clear=False,
        toggle=False,
        empty=False,
    )


def _loss_view(shape: _Shape, scrub: alt.Parameter) -> Any:
    x = alt.X("step:Q", title=None, scale=alt.Scale(domain=[0, shape.steps], nice=False))
    written = "datum.value >= 0.001 && datum.value < 1e6"
    labels = f"{written} ? format(datum.value, '~g') : ({POWERS_OF_TEN})"
    y = alt.Y(
        "loss:Q",
        scale=alt.Scale(type="log", nice=False, domain=[shape.losses[0], shape.losses[-1]]),
        axis=alt.Axis(**INSIDE, values=list(shape.losses), labelExpr=labels),
    )
    color = alt.Color(
        "series:N",
        sort=None,
        scale=alt.Scale(domain=list(shape.names)),
        legend=alt.Legend(
            orient="top",
            title=None,
            symbolType="stroke",
            symbolStrokeWidth=3,
            symbolOpacity=1,
            labelLimit=0,
            columns=1 if max(map(len, shape.names)) > 20 else 2,
        ),
    )
    curves = alt.Chart(alt.NamedData("loss"))
    band = curves.mark_area(opacity=0.15, clip=True).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q", color=color
    )
    line = curves.mark_line(strokeWidth=2.5, clip=True).encode(
        x=x,
        y=y,
        color=color,
        strokeDash=alt.StrokeDash("series:N", sort=None, scale=alt.Scale(domain=list(shape.names))),
    )
    moments = alt.Chart(alt.NamedData("positions"))
    zones = (
        moments.mark_rect(opacity=0, cursor="ew-resize")
        .encode(x="from:Q", x2="to:Q", tooltip=alt.Tooltip("text:N", title=" "))
        .add_params(scrub)
    )
    rule = moments.mark_rule(strokeWidth=2, color=NEUTRAL).encode(x="step:Q")
    return alt.layer(band, line, rule.transform_filter(scrub), zones).properties(
        height=100, title=_title("loss, over the steps of the budget"), width="container"
    )


def _network_layers(shape: _Shape, side: str, scrub: alt.Parameter, *, legend: bool) -> list[Any]:
    domain = [-0.025, 1.02 / PICTURE]
    x = alt.X("across:Q", axis=None, scale=alt.Scale(domain=domain, nice=False))
    y = alt.Y("up:Q", axis=None, scale=alt.Scale(domain=[-0.02, 1.02], nice=False))

    def rows(name: str) -> alt.Chart:
        here = alt.Chart(alt.NamedData(name)).transform_filter(f"datum.setting == '{side}'")
        return here.transform_filter(scrub)

    low, high = shape.colours
    exponent = "datum.value"
    key = alt.Legend(
        orient="top",
        title="|∂J/∂z| of a unit",
        titleOrient="left",
        direction="horizontal",
        gradientLength=160,
        gradientThickness=8,
        values=sorted({low, high, (low + high) // 2}),
        labelExpr=_power_label(exponent),
    )
    lines = (
        rows("edges")
        .mark_rule(color=NEUTRAL)
        .encode(
            x=x,
            y=y,
            x2="across2:Q",
            y2="up2:Q",
            opacity=alt.Opacity(
                "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.7]), legend=None
            ),
        )
    )
    dots = rows("units")
    finite = dots.transform_filter("datum.state == 'finite'")
    return [
        lines,
        dots.transform_filter("datum.state == 'input'")
        .mark_square(size=30, color=NEUTRAL, opacity=1)
        .encode(x=x, y=y),
        finite.mark_circle(size=58, opacity=1, stroke=NEUTRAL, strokeWidth=0.7).encode(
            x=x,
            y=y,
            color=alt.Color(
                "log10:Q",
                scale=alt.Scale(scheme="inferno", domain=[low, high], clamp=True),
                legend=key if legend else None,
            ),
            tooltip=[
                alt.Tooltip("layer:Q"),
                alt.Tooltip("unit:Q"),
                alt.Tooltip("log10:Q", title="log₁₀ |∂J/∂z|", format=".2f"),
            ],
        ),
        dots.transform_filter(f"datum.state == '{ZERO}'")
        .mark_point(size=40, color=NEUTRAL, filled=False)
        .encode(x=x, y=y, tooltip=["layer:Q", "unit:Q", "state:N"]),
        dots.transform_filter(f"datum.state == '{BROKEN}'")
        .mark_point(shape="cross", size=60, color=WARNING, filled=True, opacity=1)
        .encode(x=x, y=y, tooltip=["layer:Q", "unit:Q", "state:N"]),
    ]


def _power_label(exponent: str) -> str:
    """Return the expression for 10 to a whole exponent of at most two digits."""
    digits = "'⁰¹²³⁴⁵⁶⁷⁸⁹'"
    return (
        f"'10' + ({exponent} < 0 ? '⁻' : '') + (abs({exponent}) > 9 ? "
        f"{digits}[floor(abs({exponent}) / 10)] : '') + {digits}[abs({exponent}) % 10]"
    )


def _panel_layers(shape: _Shape, side: str, scrub: alt.Parameter) -> list[Any]:
    (left, right), (bottom, top) = shape.reach
    # The panel is the right part of the view: its own scale begins far to the left.
    start = right - (right - left) / (1 - PICTURE - 0.03)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[start, right], nice=False, zero=False))
    y_scale = alt.Scale(domain=[bottom, top], nice=False, zero=False)
    answer = (
        alt.Chart(alt.NamedData("answers"))
        .transform_filter(f"datum.setting == '{side}'")
        .transform_filter(scrub)
    )
    data = alt.Chart(alt.NamedData("data"))
    y = alt.Y("y:Q", axis=None, scale=y_scale)
    if shape.kind == "line":
        return [
            data.mark_circle(size=12, color=NEUTRAL, opacity=0.7).encode(x=x, y=y),
            answer.mark_line(strokeWidth=2.5, clip=True).encode(
                x=x, y=alt.Y("prediction:Q", axis=None, scale=y_scale), color=_side_color(side)
            ),
        ]
    if shape.kind == "bars":
        up = alt.Y("class:Q", axis=None, scale=y_scale)
        across = alt.X(
            "probability:Q", axis=None, scale=alt.Scale(domain=[start, right], nice=False)
        )
        return [
            # Rules, not bars: with two quantities a bar would stand upright.
            answer.mark_rule(strokeWidth=9).encode(
                x=across,
                x2=alt.X2Datum(0.0),
                y=up,
                color=alt.condition("datum.right", _side_color(side), alt.value(NEUTRAL)),
                tooltip=["class:N", alt.Tooltip("probability:Q", format=".4f")],
            ),
            answer.mark_text(align="right", dx=-4, fontSize=9, color=NEUTRAL).encode(
                x=alt.XDatum(0.0, scale=alt.Scale(domain=[start, right])), y=up, text="class:N"
            ),
        ]
    cells = answers.CELLS["plane"]
    wide, high = (right - left) / cells / 2, (top - bottom) / cells / 2
    color = alt.Color(
        "class:N",
        # The first two colours are A's and B's.
        scale=alt.Scale(domain=["A", "B", *shape.classes]),
        legend=None,
    )
    return [
        answer.transform_calculate(
            left=f"datum.x - {wide}",
            right=f"datum.x + {wide}",
            bottom=f"datum.y - {high}",
            top=f"datum.y + {high}",
        )
        .mark_rect()
        .encode(
            x=alt.X("left:Q", axis=None, scale=alt.Scale(domain=[start, right], nice=False)),
            x2="right:Q",
            y=alt.Y("bottom:Q", axis=None, scale=y_scale),
            y2="top:Q",
            color=color,
            opacity=alt.Opacity(
                "percent:Q",
                scale=alt.Scale(domain=[100 / len(shape.classes), 100], range=[0, 0.55]),
                legend=None,
            ),
        ),
        data.mark_point(size=14, filled=True, opacity=1, stroke="white", strokeWidth=0.4).encode(
            x=x, y=y, color=color, shape=alt.Shape("class:N", legend=None)
        ),
    ]


def _side_color(side: str) -> alt.Color:
    return alt.Color("setting:N", scale=alt.Scale(domain=["A", "B"]), legend=None)


def _row_view(shape: _Shape, side: str, scrub: alt.Parameter) -> Any:
    network = alt.layer(*_network_layers(shape, side, scrub, legend=side == "A"))
    panel = alt.layer(*_panel_layers(shape, side, scrub))
    caption = (
        alt.Chart(alt.NamedData("captions"))
        .transform_filter(f"datum.setting == '{side}'")
        .transform_filter(scrub)
        .mark_text(align="left", baseline="bottom", fontSize=12, fontWeight="bold", color=NEUTRAL)
        .encode(x=alt.value(0), y=alt.value(-3), text="text:N")
    )
    return (
        alt.layer(network, panel, caption)
        .resolve_scale(x="independent", y="independent", color="independent", opacity="independent")
        .properties(height=140, width="container")
    )


def _profile_view(shape: _Shape, scrub: alt.Parameter) -> Any:
    low, high = shape.gradients
    names = list(shape.names)
    x = alt.X(
        "layer:Q",
        title=None,
        scale=alt.Scale(domain=[0.7, shape.layers + 0.3], nice=False),
        axis=alt.Axis(
            tickMinStep=1,
            grid=False,
            labelExpr=f"datum.value == {shape.layers} ? 'output' : datum.value",
        ),
    )
    scale = alt.Scale(type="log", domain=[10.0**low, 10.0**high], nice=False)
    y = alt.Y("shown:Q", scale=scale, axis=alt.Axis(**INSIDE, **_power_axis(low, high)))
    rows = alt.Chart(alt.NamedData("profile")).transform_filter(scrub)
    color = alt.Color("series:N", sort=None, scale=alt.Scale(domain=names), legend=None)
    layers = [
        rows.mark_area(opacity=0.15).encode(
            x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=color
        ),
        rows.mark_line(strokeWidth=2.5).encode(
            x=x,
            y=y,
            color=color,
            strokeDash=alt.StrokeDash("series:N", scale=alt.Scale(domain=names), legend=None),
        ),
        rows.mark_point(filled=True, size=45, opacity=1).encode(
            x=x,
            y=y,
            color=color,
            shape=alt.Shape(
                "state:N",
                scale=alt.Scale(
                    domain=["finite", ZERO, BROKEN], range=["circle", "triangle-down", "cross"]
                ),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("layer:Q"),
                alt.Tooltip("low:Q", title="10 %", format=".2e"),
                alt.Tooltip("median:Q", format=".2e"),
                alt.Tooltip("high:Q", title="90 %", format=".2e"),
                alt.Tooltip("state:N"),
            ],
        ),
    ]
    if shape.which == "update":
        layers.insert(0, _guide())
    return alt.layer(*layers).properties(
        height=120,
        width="container",
        title=_title(f"by layer: {TITLES[shape.which]}"),
    )


def _guide() -> Any:
    line = alt.Chart(alt.NamedData("guide"))
    return line.mark_rule(**{**GUIDE, "strokeDash": [2, 2], "strokeWidth": 1.5}).encode(y="ratio:Q")


def _power_axis(low: int, high: int) -> dict[str, Any]:
    step = max(1, round((high - low) / 4))
    values = [10.0**e for e in range(high, low - 1, -step)]
    return {"values": values, "labelExpr": POWERS_OF_TEN}


@lru_cache(maxsize=64)
def _scrub_spec(shape: _Shape) -> dict[str, Any]:
    scrub = _scrub(shape)
    chart = alt.vconcat(
        _loss_view(shape, scrub),
        _row_view(shape, "A", scrub),
        _row_view(shape, "B", scrub),
        _profile_view(shape, scrub),
        spacing=14,
    ).resolve_scale(color="independent", shape="independent", opacity="independent")
    return specification(chart)


def scrubbed(pair: Pair, which: str) -> View:
    """Draw the loss, both networks with their answers, and one gradient by layer, at one moment.

    The reader moves through the moments in the browser. Data sets: loss (series, step, low, loss,
    high), positions (position, step, from, to, text), units and edges (see `network_picture`),
    answers and data (see `answers`), captions (setting, position, text), profile (series,
    position, layer, low, median, high, shown, state) and guide (ratio).
    """
    panel = answers.panel(pair.runs[0].data)
    count = len(pair.steps)
    sides = [(name[0], pair.records(i), pair.runs[i]) for i, name in enumerate(pair.names)]
    units = _stack([network_picture.units(s, r, 2 * count) for s, r, _ in sides])
    edges = _stack([network_picture.edges(s, r, 2 * count) for s, r, _ in sides])
    low, high = gradient_decades(pair, which)
    frames = {
        "loss": _loss_rows(pair),
        "positions": _positions(pair),
        "units": units,
        "edges": edges,
        "answers": _stack([answers.rows(s, run, r) for s, r, run in sides]),
        "data": panel.data,
        "captions": _captions(pair),
        "profile": _profile_rows(pair, which, low, high),
        "guide": pd.DataFrame({"ratio": [GUIDE_RATIO]}),
    }
    shape = _Shape(
        names=pair.names,
        kind=panel.kind,
        classes=panel.classes,
        reach=panel.reach,
        positions=count,
        start=_first_shown(pair),
        steps=max(pair.steps[-1], 1),
        layers=len(pair.runs[0].records[0].unit_delta),
        colours=decades(
            units["log10"].to_numpy(), units.loc[units["position"] == 0, "log10"].to_numpy()
        ),
        gradients=(low, high),
        losses=_ticks(frames["loss"]),
        which=which,
    )
    return View(
        "scrubbed", _scrub_spec(shape), frames, alt=_words(pair, which), note=_note(pair, panel)
    )


def _first_shown(pair: Pair) -> int:
    """Return the position to begin at: on the way, or at the start where a run diverged."""
    if any(run.final.diverged is not None for run in pair.runs):
        return 0
    return int(np.abs(np.array(pair.steps) - START * pair.steps[-1]).argmin())


def _words(pair: Pair, which: str) -> str:
    ends = []
    for name, run in zip(pair.names, pair.runs, strict=True):
        at_start = np.median(gradient(run, which)[0], axis=0)
        ends.append(
            f"{name}: loss {number(float(np.median(run.records[0].loss)))} at the start, "
            f"{number(float(np.median(run.final.loss)))} at step {run.final.step:,}; at the start "
            f"{TITLES[which]} is {number(float(at_start[0]), 2)} in layer 1 and "
            f"{number(float(at_start[-1]), 2)} in the output layer"
        )
    return "Two networks in training. " + ". ".join(ends) + "."


def _note(pair: Pair, panel: answers.Answers) -> str:
    run, count = pair.runs[0], 2 * len(pair.steps)
    asked = run.settings
    widths = run.records[0].parameters.widths
    shown = len(network_picture.shown_units(asked.width, len(widths), count))
    units = f"{shown} of {asked.width} units a layer, " if shown < asked.width else ""
    last = asked.seed + asked.seeds - 1
    seeds = f"seeds {asked.seed}–{last}: median and 10–90 % band"
    if asked.seeds == 1:
        seeds = f"seed {asked.seed}"
    return (
        f"Lines: {seeds}. Picture: the network of seed {asked.seed}; {units}the "
        f"{network_picture.shown_edges(len(widths) - 1, count)} heaviest edges between layers, "
        "squares are inputs, a hollow dot has gradient exactly 0, a cross inf or NaN. "
        f"{PANEL_NOTES[panel.kind]}"
    )
