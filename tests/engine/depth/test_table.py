from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth import table as depth_table
from vanishing.engine.depth.limits import (
    DEPTHS,
    SHIPPED,
    TECHNIQUES,
    Budget,
    Cell,
    Technique,
    measure,
)

TOLERANCE = 0.03
"""Another BLAS rounds otherwise, and training amplifies that; shallow nets at their end hardly."""

SAMPLE = [
    (Technique("sigmoid", "normal_unit"), 3),
    (Technique("sigmoid", "uniform_standard"), 5),
    (Technique("sigmoid", "xavier_normal", "none", "scaled"), 3),
    (Technique("tanh", "normal_unit", "batch"), 2),
    (Technique("tanh", "he_normal", "layer", "identity"), 3),
    (Technique("relu", "normal_unit"), 8),
    (Technique("relu", "he_normal"), 5),
    (Technique("relu", "he_normal", "batch", "identity"), 5),
    (Technique("relu", "xavier_normal", "none", "identity"), 20),
]


@pytest.fixture(scope="module")
def table():
    return depth_table.read()


def test_every_technique_is_there_at_every_depth(table):
    assert set(table) == {Cell(technique, d) for technique in TECHNIQUES for d in DEPTHS}
    for outcome in table.values():
        assert len(outcome.accuracies) == SHIPPED.seeds
        assert all(0.0 <= accuracy <= 1.0 for accuracy in outcome.accuracies)
        assert outcome.step_size in SHIPPED.step_sizes


def test_it_is_compact_text_and_says_how_it_was_made():
    text = depth_table.FILE.read_text("utf-8")
    assert len(text) <= 100_000
    assert depth_table.MAKE in text.splitlines()[0]
    assert '"steps": 300' in text.splitlines()[1]


@pytest.mark.parametrize(("technique", "depth"), SAMPLE, ids=str)
def test_a_sample_of_its_cells_can_be_recomputed(table, technique, depth):
    cell = Cell(technique, depth)
    assert measure(cell).median == pytest.approx(table[cell].median, abs=TOLERANCE)


def test_the_sample_tells_right_from_wrong(table):
    medians = [table[Cell(*pair)].median for pair in SAMPLE]
    assert min(medians) < 0.15
    assert max(medians) > 0.98
    wrong = Cell(SAMPLE[1][0], 2)
    assert abs(measure(wrong).median - table[Cell(*SAMPLE[1])].median) > 0.5


def test_what_is_written_is_read_again(tmp_path, table):
    file = tmp_path / "table.csv"
    depth_table.write(table, file)
    assert file.read_text("utf-8") == depth_table.FILE.read_text("utf-8")
    assert depth_table.read(file) == table


def test_a_table_of_another_budget_is_refused(tmp_path):
    file = tmp_path / "table.csv"
    depth_table.write({}, file, Budget(steps=7))
    with pytest.raises(ValueError, match="another budget"):
        depth_table.read(file)


def test_making_it_goes_on_where_it_was_stopped(tmp_path, monkeypatch, capsys):
    made = []

    def fake(cell):
        made.append(cell)
        return depth_limits.Outcome(0.3, (cell.depth / 400,) * SHIPPED.seeds)

    monkeypatch.setattr(depth_table, "measure", fake)
    file = tmp_path / "table.csv"
    wanted = depth_limits.cells(TECHNIQUES[:2])
    with ThreadPoolExecutor(1) as executor:
        depth_table.make([executor], wanted[:7], file)
        depth_table.make([executor], wanted, file)
    assert sorted(made, key=wanted.index) == list(wanted), "a cell was computed twice"
    assert "20 of 20 cells" in capsys.readouterr().out
    known = depth_table.read(file)
    assert {cell: o.accuracies[0] for cell, o in known.items()} == {
        cell: cell.depth / 400 for cell in wanted
    }
    rows = [line.split(",")[:5] for line in file.read_text("utf-8").splitlines()[3:]]
    assert [int(row[4]) for row in rows] == [*DEPTHS, *DEPTHS], "in order once it is complete"


def test_no_right_answer_is_that_of_a_network_that_diverged(table):
    lost = [cell for cell, outcome in table.items() if outcome.diverged == SHIPPED.seeds]
    assert len(lost) == 28
    for cell in (cell for cell in lost if cell.depth == 8):
        one = replace(SHIPPED, step_sizes=(table[cell].step_size,))
        assert measure(replace(cell, budget=one)) == table[cell]
    only_wrong = depth_limits.Outcome(0.3, (0.0,) * SHIPPED.seeds)
    with pytest.raises(ValueError, match="0 means that it diverged"):
        depth_table.row(lost[0], only_wrong)
