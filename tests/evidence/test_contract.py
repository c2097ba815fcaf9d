"""What every claim and every paper card must do, and that the shipped table is what they give."""

import math
import re
import string
import time
from functools import cache

import pytest

from vanishing.evidence import report as evidence_table
from vanishing.evidence import store as evidence_store
from vanishing.evidence.claims import CLAIMS
from vanishing.evidence.finding import Finding
from vanishing.evidence.model import Entry, as_expected, judge, measure, reason, verdict_in_words
from vanishing.evidence.papers import CARDS

ENTRIES = evidence_table.entries()
each = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
each_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
SAME = 0.05
"""Another processor rounds otherwise, and training enlarges that; more than this it may not."""


@cache
def fresh(entry: Entry) -> tuple[Finding, float]:
    """Measure an entry once for all tests; return the finding and the processor time it took."""
    start = time.process_time()
    finding = measure(entry)
    return finding, time.process_time() - start


def test_every_claim_of_the_article_is_judged():
    assert [claim.key for claim in CLAIMS] == [f"C{number}" for number in range(1, 28)]


def test_every_source_of_published_numbers_has_a_card():
    sources = (
        "Nielsen 2015, Schoenholz et al. 2017, Glorot & Bengio 2010, He et al. 2015, "
        "Lu et al. 2020, Hanin 2018, Pascanu et al. 2013, Yang et al. 2019, IEEE 754"
    )
    papers = "\n".join(card.paper for card in CARDS)
    for source in sources.split(", "):
        name = re.split(r" et al\.| &| \d", source)[0]
        year = re.findall(r"\d+$", source)[0]
        assert re.search(rf"{name}.*{year}", papers), source


def test_keys_are_unique():
    keys = [entry.key for entry in ENTRIES]
    assert len(set(keys)) == len(keys)


@each
def test_an_entry_is_written_out(entry):
    assert 5 <= len(entry.title) <= 45
    assert 10 <= len(entry.says) <= 250
    assert entry.conditions.endswith(".")
    assert entry.expectations
    assert {one.figure for one in entry.expectations} <= set(entry.figures)
    assert all(one.basis and one.words for one in entry.expectations)
    assert 0 < entry.budget <= 30


@each_claim
def test_a_claim_has_a_prediction_and_its_condition_has_words(claim):
    assert claim.stated
    assert claim.predicted
    assert bool(claim.narrowed) == bool(claim.only_if)
    assert len(claim.only_if) <= 80
    for words in claim.why.values():
        fields = {name for _, name, _, _ in string.Formatter().parse(words) if name}
        assert fields <= set(claim.figures)


@each
def test_it_finishes_within_its_budget_and_gives_what_it_promises(entry):
    finding, seconds = fresh(entry)
    assert seconds <= entry.budget
    assert set(finding.figures) == set(entry.figures)
    assert not any(math.isnan(figure.value) for figure in finding.figures.values())
    for figure in finding.figures.values():
        low, high = figure.ends
        assert low <= figure.value <= high
    assert any(line.kind == "measured" for line in finding.picture.lines)
    assert sum(len(line.y) for line in finding.picture.lines) <= 400


@each
def test_it_is_deterministic_for_its_seed(entry):
    if entry.timed:
        pytest.skip("its figures are times")
    assert measure(entry) == fresh(entry)[0]


@each
def test_it_tells_how_far_it_is(entry):
    shares = []
    for item in entry.experiment(0):
        if isinstance(item, Finding):
            break
        shares.append(item)
        if len(shares) == 3:
            break
    assert all(0 <= share <= 1 for share in shares)
    assert shares == sorted(shares)


@each
def test_the_shipped_finding_is_what_is_measured(entry):
    finding, _ = fresh(entry)
    shipped = evidence_store.shipped()[entry.key]
    assert shipped.picture.lines[0].x == evidence_store.rounded(finding).picture.lines[0].x
    if entry.timed:
        return
    for name, figure in finding.figures.items():
        assert shipped.figures[name].value == pytest.approx(figure.value, rel=SAME, abs=1e-12)


@each_claim
def test_the_verdict_is_the_one_in_the_readme(claim):
    finding, _ = fresh(claim)
    (row,) = [line for line in readme() if line.startswith(f"| {claim.key} |")]
    words = verdict_in_words(claim, judge(claim, finding))
    assert f"| {words} |" in row
    assert judge(claim, finding) in claim.why, "nobody foresaw this verdict"
    assert as_expected(claim, finding), reason(claim, finding)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)
def test_a_card_is_within_its_tolerances(card):
    finding, _ = fresh(card)
    assert as_expected(card, finding)


def test_the_readme_holds_the_table_as_it_is_generated():
    document = evidence_table.README.read_text("utf-8")
    assert evidence_table.update(document, evidence_store.shipped()) == document


def test_only_what_is_registered_is_shipped():
    assert list(evidence_store.shipped()) == [entry.key for entry in ENTRIES]


def readme() -> list[str]:
    return evidence_table.README.read_text("utf-8").splitlines()
