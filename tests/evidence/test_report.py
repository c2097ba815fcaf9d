import re
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from vanishing.evidence import report as evidence_table
from vanishing.evidence import store as evidence_store
from vanishing.evidence.claims import CLAIMS
from vanishing.evidence.finding import Figure
from vanishing.evidence.model import Repeats
from vanishing.evidence.papers import CARDS

ROOT = Path(__file__).parents[2]
UNDRAWN = [claim for claim in CLAIMS if not (claim.drawn or claim.timed)]


@pytest.fixture
def findings():
    return dict(evidence_store.shipped())


@pytest.fixture
def told(monkeypatch, findings):
    """Let the table be made from these findings, without measuring."""
    monkeypatch.setattr(evidence_table, "measure_all", lambda tell, wanted: findings)
    return findings


def spoil(findings, entry):
    """Make every figure of an entry wrong."""
    wrong = {name: Figure(-1e300) for name in findings[entry.key].figures}
    findings[entry.key] = replace(findings[entry.key], figures=wrong)


def test_the_table_in_the_terminal(told, capsys):
    assert evidence_table.main([]) == 0
    printed = capsys.readouterr().out
    for entry in evidence_table.entries():
        assert entry.title in printed or entry.key[0] != "C"
    assert sum(line.startswith("C") for line in printed.splitlines()) == 27
    assert "pass" in printed
    assert "out of band" not in printed


def test_a_card_out_of_band_is_an_error(told, capsys):
    spoil(told, CARDS[0])
    assert evidence_table.main([]) == 1
    printed = capsys.readouterr()
    assert f"out of band: {CARDS[0].key}" in printed.err
    assert "out of band" in printed.out


def test_a_figure_that_theory_did_not_predict_is_an_error(told, capsys):
    spoil(told, CLAIMS[0])
    assert evidence_table.main([]) == 1
    assert f"not as predicted: {CLAIMS[0].key}" in capsys.readouterr().err


def test_writing_renews_what_is_shipped_and_the_readme(told, tmp_path, monkeypatch, capsys):
    readme, data = tmp_path / "README.md", tmp_path / "evidence.json"
    marked = f"{evidence_table.BEGIN}\nwhat was there\n{evidence_table.END}"
    readme.write_text(f"before\n{marked}\nafter\n")
    write = evidence_store.write
    monkeypatch.setattr(evidence_table, "README", readme)
    monkeypatch.setattr(
        evidence_store, "write", lambda found, *rest: write(found, *rest, file=data)
    )
    again = {claim.key: (Repeats("", 20, (7, 13)),) for claim in CLAIMS}
    monkeypatch.setattr(evidence_table, "repeat_all", lambda tell, findings, wanted: again)
    assert evidence_table.main(["--write"]) == 0
    document = readme.read_text()
    assert document.startswith("before\n")
    assert document.endswith("\nafter\n")
    assert "what was there" not in document
    assert len(re.findall(r"^\| C\d+ \|", document, re.MULTILINE)) == 27
    assert evidence_store.shipped(data) == told
    assert evidence_store.repeated(data) == again
    assert document.count("depends on the draw or the setting") == 27
    assert document.count("18 of 20") == 27 - len(UNDRAWN)


def test_one_entry_alone_is_measured(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(
        evidence_table, "measure_all", lambda tell, wanted: asked.extend(wanted) or {}
    )
    assert evidence_table.main(["C7"]) == 0
    assert [entry.key for entry in asked] == ["C7"]
    assert len(re.findall(r"^C\d+ ", capsys.readouterr().out, re.MULTILINE)) == 27


def test_an_entry_is_judged_again_as_it_is_asked(monkeypatch):
    (claim,) = [claim for claim in CLAIMS if claim.key == "C6"]
    keys = []
    found = evidence_table.repeat_all(keys.append, evidence_store.shipped(), [claim])
    assert keys == ["C6"]
    assert found == {"C6": evidence_store.repeated()["C6"]}


def test_a_document_without_the_marks_is_refused(findings):
    with pytest.raises(ValueError, match="lacks"):
        evidence_table.update("no marks", findings, evidence_store.repeated())


def test_an_unknown_argument_is_refused_without_measuring():
    done = subprocess.run(
        [sys.executable, "-m", "vanishing.evidence", "--wirte"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "there are --write and keys of entries" in done.stderr


def test_it_measures_on_one_blas_thread(monkeypatch):
    seen = []

    def threads():
        return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]

    monkeypatch.setattr(evidence_table, "main", lambda arguments: seen.append(threads()) or 0)
    with threadpool_limits(limits=2, user_api="blas"):
        assert set(threads()) == {2}
        with pytest.raises(SystemExit):
            runpy.run_module("vanishing.evidence", run_name="__main__")
    assert set(seen[0]) == {1}


def test_measuring_tells_which_one_it_is_at():
    keys = []
    (claim,) = [claim for claim in CLAIMS if claim.key == "C7"]
    found = evidence_table.measure_all(keys.append, wanted=[claim])
    assert keys == ["C7"] == list(found)


def test_a_bar_in_a_cell_does_not_end_it():
    assert evidence_table.as_markdown(("a",), [("|w| ≤ 1",)]).endswith("| \\|w\\| ≤ 1 |")
