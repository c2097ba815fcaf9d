"""Every page shows what it showed when it was recorded; `python -m tests.record` records anew."""

import json

import pytest

from tests.pages.support import open_page
from tests.record import bits, cases, differences, files, seen
from vanishing.ui import site
from vanishing.ui.kept import KEPT

PAGES = {page.key: page for page in site.PAGES}
RECORDED = {key: files.read(key) for key in PAGES}
EVERY = [(key, name) for key, recorded in RECORDED.items() for name in recorded.cases]
each_page = pytest.mark.parametrize("key", PAGES)


@pytest.mark.parametrize(("key", "name"), EVERY)
def test_a_page_shows_what_was_recorded(key, name):
    # Another test may have made pictures that follow the hand.
    KEPT.clear()
    record = RECORDED[key]
    before = record.cases[name]
    now = seen.shown(
        open_page(PAGES[key], unfolded=True, **seen.params(before["link"])), PAGES[key]
    )
    now = json.loads(json.dumps(now))
    if name in record.fragile and record.bits != bits.here():
        before, now = bits.without_numbers(before), bits.without_numbers(now)
    found = differences.of(before, now)
    head = f"{key}, {name}: ?{before['link']} (if this is meant: python -m tests.record {key})"
    assert not found, "\n".join([head, *found])


@each_page
def test_the_record_is_of_the_cases(key):
    page, recorded = PAGES[key], RECORDED[key].cases
    wanted = cases.links(page, recorded)
    assert set(wanted) == set(recorded)
    assert sum(name.startswith("drawn") for name in recorded) == cases.DRAWN
    for name, link in wanted.items():
        # A preset may set what its view does not draw; the record is of what is drawn.
        drawn = recorded[name]["link"].split("&")
        assert {*filter(None, drawn)} <= {*link.split("&")}, name


@each_page
def test_a_preset_is_a_link_and_shows_itself(key):
    """Of what is recorded, which every page is held to above: a preset is one of its cases."""
    for preset in PAGES[key].presets:
        case = RECORDED[key].cases[f"preset {preset.name}"]
        assert not [line for line in case["sentences"] if line.startswith("warning: ")]
        held = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in case["settings"].items()
        }
        # It sets nothing that its page does not draw.
        assert preset.values.items() <= held.items(), preset.name
        for name, sets in case["charts"].items():
            columns = [one for columns in sets.values() for one in columns.values()]
            assert not sets or any(one["count"] for one in columns), name


@each_page
def test_few_cases_hang_on_the_last_bits(key):
    assert len(RECORDED[key].fragile) <= len(RECORDED[key].cases) / 2


def test_no_file_without_a_page():
    assert {path.stem for path in files.DATA.iterdir()} == set(PAGES)


def test_only_charts_of_times_are_left_out():
    every = [case["charts"] for recorded in RECORDED.values() for case in recorded.cases.values()]
    assert {name for charts in every for name, sets in charts.items() if not sets} == seen.TIMED
