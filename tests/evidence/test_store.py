import math

import pytest

from vanishing.evidence import report
from vanishing.evidence import store as evidence_store
from vanishing.evidence.finding import Figure, Finding, Line, Picture
from vanishing.evidence.model import Repeats

FINDING = Finding(
    {"share": Figure(0.68268949, 0.1, math.inf, "%"), "never": Figure(-math.inf)},
    Picture(
        "Depth, “L”",
        "y",
        (
            Line("measured", (1.0, 2.0), (3.14159265, 4.0), (3.0, 3.5), (3.5, 5.0)),
            Line("names", ("ReLU", "tanh"), (1.0, 2.0), kind="bound"),
        ),
        log_y=True,
    ),
)
TITLES = {"C1": "“Few steps”"}


def test_what_is_written_is_read(tmp_path):
    file = tmp_path / "evidence.json"
    again = {"C1": (Repeats("", 20, (7,)), Repeats("depth = 6", 3, (0, 1, 2), beyond=True))}
    evidence_store.write({"C1": FINDING, "card": FINDING}, {"C1": "a", "card": "b"}, again, file)
    assert evidence_store.repeated(file) == again
    read = evidence_store.shipped(file)
    assert list(read) == ["C1", "card"]
    assert evidence_store.titles("claim", file) == {"C1": "a"}
    assert evidence_store.titles("card", file) == {"card": "b"}
    assert read["C1"] == evidence_store.rounded(FINDING)
    assert read["C1"].figures["share"] == Figure(0.682689, 0.1, math.inf, "%")
    assert read["C1"].picture.lines[0].y == (3.14159, 4.0)
    assert read["C1"].picture.lines[1].x == ("ReLU", "tanh")
    assert read["C1"].picture.x == "Depth, “L”"


def test_rounding_twice_is_rounding_once():
    once = evidence_store.rounded(FINDING)
    assert evidence_store.rounded(once) == once


def test_a_changed_number_is_one_changed_line(tmp_path):
    """Whoever reviews new findings sees which figures moved."""
    first, second = tmp_path / "1", tmp_path / "2"
    evidence_store.write({"C1": FINDING}, TITLES, {"C1": ()}, first)
    figures = {**FINDING.figures, "never": Figure(1.0)}
    evidence_store.write({"C1": Finding(figures, FINDING.picture)}, TITLES, {"C1": ()}, second)
    lines = zip(first.read_text().splitlines(), second.read_text().splitlines(), strict=True)
    assert sum(a != b for a, b in lines) == 1


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        evidence_store.shipped(tmp_path / "none.json")


def test_every_entry_is_shipped_with_its_title():
    shipped = {**evidence_store.titles("claim"), **evidence_store.titles("card")}
    assert shipped == {each.key: each.label for each in report.entries()}
