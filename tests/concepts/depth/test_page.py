from dataclasses import replace

import pytest

from tests.pages.support import alt_texts, assert_sound, charts, open_page, said, with_values
from vanishing.concepts.depth import runs, scenes, table
from vanishing.concepts.depth.table import PAGE
from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import DEPTHS, Budget, Cell, Technique, measure
from vanishing.ui import executors
from vanishing.ui.controls import Control
from vanishing.ui.kept import KEPT
from vanishing.ui.pool import POOL
from vanishing.ui.work import SHELF, finish

LADDER, OVERVIEW = "one technique at a time", "overview"
OWN = {"steps": 50, "width": 8, "rate": "0.1"}
"""A budget that is not shipped, and soon done."""
ARTICLE = PAGE.preset("As in the article").values


@pytest.fixture(autouse=True)
def _nothing_known():
    """Nothing is known from another test."""
    forget()
    yield
    forget()


def forget():
    for cleared in (runs.findings.cache_clear, runs.JOBS.clear, SHELF.clear, KEPT.clear):
        cleared()


@pytest.fixture
def other_lanes():
    """Compute elsewhere for once."""
    yield POOL.use
    POOL.use(executors.one_thread())


def limits(at, name=LADDER):
    frame = charts(at)[name]["limits"]
    return dict(zip(frame["row"], frame["limit"], strict=True))


def test_default_shows_the_limit_move_with_every_technique():
    at = open_page(PAGE)
    assert_sound(at)
    assert list(limits(at)) == [
        "sigmoid + N(0,1)",
        "+ He",
        "+ ReLU",
        "+ batch norm",
        "+ skips",
    ]
    assert limits(at)["sigmoid + N(0,1)"] == "8"
    assert limits(at)["+ skips"] == "≥ 100"
    assert len(limits(at, OVERVIEW)) == 10
    assert "400 samples" in said(at)


def test_the_numbers_are_those_of_the_table():
    at = open_page(PAGE)
    known = depth_table.read()
    cells = charts(at)[LADDER]["cells"]
    last = cells[cells["row"] == "+ skips"]
    technique = Technique("relu", "he_normal", "batch", "identity")
    assert last.accuracy.tolist() == [known[Cell(technique, d)].median for d in DEPTHS]


@pytest.mark.parametrize("preset", PAGE.presets, ids=lambda preset: preset.name)
def test_presets_as_links(preset):
    at = with_values(PAGE, **preset.values)
    assert_sound(at)
    rows = {
        "As in the article": 1,
        "ReLU + He": 3,
        "+ batch norm": 4,
        "+ skips": 4,
        "All together": 5,
    }
    assert len(limits(at)) == rows[preset.name]


def ends(control: Control):
    budget = control.name in ("data", "steps", "width", "rate", "opt", "seed")
    options = (control.options[0], control.options[-1]) if budget else control.options
    return [(control.name, option) for option in options]


@pytest.mark.parametrize(
    ("name", "value"), [end for control in PAGE.controls for end in ends(control)], ids=str
)
def test_every_control_at_its_ends(name, value):
    at = with_values(PAGE, **{name: value})
    assert_sound(at)
    assert set(charts(at)) == {LADDER, OVERVIEW}
    assert "Part of this link" not in said(at)


def test_the_threshold_moves_the_bars():
    low, high = (limits(with_values(PAGE, **ARTICLE, reach=reach)) for reach in (0.3, 0.99))
    assert int(low["sigmoid + N(0,1)"]) > int(high["sigmoid + N(0,1)"])


def test_the_overview_is_sorted_by_limit():
    at = with_values(PAGE, rows="all")
    depths = [int(text.removeprefix("≥ ")) for text in limits(at, OVERVIEW).values()]
    assert len(depths) == 108
    assert depths == sorted(depths, reverse=True)
    assert "more)" in alt_texts(at)[OVERVIEW]


def test_a_link_to_another_budget_computes_nothing_before_a_click():
    at = with_values(PAGE, **ARTICLE, steps=1000, width=48)
    assert_sound(at)
    assert charts(at)[LADDER]["cells"].accuracy.isna().all()
    assert limits(at) == {"sigmoid + N(0,1)": "?"}
    assert "10 of 10 cells are not computed yet" in said(at)
    assert "is not computed yet on this budget" in said(at)
    assert not [cell for cell in runs.findings().known if cell.budget.steps == 1000]


def test_a_click_computes_and_the_next_visitor_has_it():
    at = with_values(PAGE, **ARTICLE, **OWN)
    at.button(key="deep_ladder_compute").click().run()
    assert_sound(at)
    cells = charts(at)[LADDER]["cells"]
    assert cells.accuracy.notna().all()
    budget = Budget(steps=50, width=8, step_sizes=(0.1,))
    expected = measure(Cell(table.ARTICLE, 3, budget)).median
    assert cells.set_index("depth").accuracy[3] == expected
    assert "deep_ladder_compute" not in [button.key for button in at.button]
    other = with_values(PAGE, **ARTICLE, **OWN)
    assert charts(other)[LADDER]["cells"].accuracy.notna().all()
    # The rest of the article's row is known, what is added to it is not.
    more = with_values(PAGE, **{**ARTICLE, "f": "relu"}, **OWN)
    assert "10 of 20 cells are not computed yet" in said(more)
    assert more.button(key="deep_ladder_compute").label == "Go on"


def test_after_a_stop_it_goes_on_from_there():
    at = with_values(PAGE, **ARTICLE, **OWN)
    assert at.button(key="deep_ladder_compute").label == "Compute"
    list(runs.sweep(tuple(cell for cell in _ladder_cells() if cell.depth <= 5)))
    at.run()
    assert at.button(key="deep_ladder_compute").label == "Go on"
    assert "6 of 10 cells are not computed yet" in said(at)
    assert charts(at)[LADDER]["cells"].accuracy.notna().sum() == 4
    at.button(key="deep_ladder_compute").click().run()
    assert charts(at)[LADDER]["cells"].accuracy.notna().all()


def test_what_a_page_run_looks_up_is_made_once(monkeypatch):
    v = PAGE.values({})
    found = finish({name: replace(ask, waits=False) for name, ask in scenes.needs(v).items()})
    labels = [row.label for row in scenes.overview(v, found["overview"])]
    monkeypatch.setattr(scenes, "Cell", None)
    assert [row.label for row in scenes.overview(v, found["overview"])] == labels


def _ladder_cells():
    budget = Budget(steps=50, width=8, step_sizes=(0.1,))
    return tuple(Cell(table.ARTICLE, depth, budget) for depth in DEPTHS)


def test_processes_compute_for_the_page_too(other_lanes):
    other_lanes(executors.local())
    at = with_values(PAGE, **ARTICLE, **OWN)
    assert "of this machine" in said(at)
    at.button(key="deep_ladder_compute").click().run()
    assert_sound(at)
    assert POOL.workers.complaint == "", "the processes were lost"
    assert charts(at)[LADDER]["cells"].accuracy.notna().all()


def test_a_complaint_of_the_workers_is_shown(other_lanes):
    other_lanes(executors.one_thread("No such cluster."))
    assert "No such cluster." in said(with_values(PAGE, **OWN))
    assert "No such cluster." not in said(open_page(PAGE)), "nothing is to be computed there"
