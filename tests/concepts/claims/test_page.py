import re

import pytest

from tests.concepts.support import assert_drawn, at_link
from tests.pages.support import assert_sound, charts, open_page, press, said, with_values
from vanishing.concepts.chain import claims as chain
from vanishing.concepts.claims.table import PAGE
from vanishing.evidence import again, claims
from vanishing.evidence import model as evidence
from vanishing.evidence import store as evidence_store
from vanishing.evidence.blocks import needs, tally, verdict_line
from vanishing.evidence.model import Repeats, Verdict
from vanishing.ui import site
from vanishing.ui.controls import clean
from vanishing.ui.kept import KEPT
from vanishing.ui.scene import Link
from vanishing.ui.work import SHELF

SHIPPED = evidence_store.shipped()
REPEATED = evidence_store.repeated()
VERDICTS = {
    claim.key: again.verdict(claim, SHIPPED[claim.key], REPEATED[claim.key])
    for claim in claims.CLAIMS
}
each = pytest.mark.parametrize("claim", claims.CLAIMS, ids=lambda claim: claim.key)


def trial(seed: int):
    """Return what the page asks for to measure C7 with a seed."""
    return needs(PAGE.values({"of": "C7", "live": True, "seed": seed}))["found"]


def listed(at) -> list[str]:
    (row,) = (row for row in at.pills if row.key == f"{PAGE.key}_choices")
    return [re.search(r"C\d+", text)[0] for text in row.options]


@each
def test_a_claim_is_shown_with_everything_that_belongs_to_it(claim):
    at = with_values(PAGE, of=claim.key)
    assert_sound(at)
    assert not at.warning
    finding = SHIPPED[claim.key]
    words = said(at)
    assert claim.says in words
    assert evidence.verdict_in_words(claim, VERDICTS[claim.key]) in words
    assert evidence.reason(claim, finding) in words
    assert claim.conditions in words
    assert "shipped with the app" in words
    for each_one in claim.expectations:
        for part in (claim.figures[each_one.figure], each_one.words, each_one.basis):
            assert part.replace("|", "\\|") in words
    assert f"evidence {claim.key}" in charts(at)
    # What tests do, from the same data.
    assert evidence.error_in_words(claim) in words
    assert again.told(claim, REPEATED[claim.key]) in words
    assert claim.changed in words
    assert ("Changed since it was first measured" in words) == bool(claim.changed)


@each
def test_its_link_leads_to_a_page_with_these_settings(claim):
    concept = site.page_at(claim.page)
    for name, value in claim.settings.items():
        assert clean(concept.control(name), value) == value
    shown, _, _ = at_link("claims", PAGE.query({"of": claim.key}))
    (link,) = [one for one in shown.blocks() if isinstance(one, Link) and one.path == claim.page]
    assert dict(link.values) == claim.settings
    # Every key of the link is one of the page's, and none of its values is put right.
    there, _, _ = at_link(claim.page, concept.query(claim.settings))
    assert_drawn(there)


@pytest.mark.parametrize("verdict", Verdict)
def test_the_list_by_verdict(verdict):
    at = with_values(PAGE, show=verdict.name)
    assert listed(at) == [key for key, found in VERDICTS.items() if found is verdict]


def test_the_list_by_page():
    at = with_values(PAGE, page="dying")
    assert listed(at) == [claim.key for claim in claims.CLAIMS if claim.page == "dying"]


def test_a_page_without_such_a_verdict_says_so():
    empty = next(
        (page.path, verdict.name)
        for page in site.PAGES
        for verdict in Verdict
        if page.path in PAGE.control("page").options
        and not any(
            claim.page == page.path and VERDICTS[claim.key] is verdict for claim in claims.CLAIMS
        )
    )
    at = with_values(PAGE, page=empty[0], show=empty[1])
    assert_sound(at)
    assert listed(at) == []
    assert "No claim of this page" in at.info[0].value


def test_the_order():
    keys = list(VERDICTS)
    assert listed(open_page(PAGE)) == keys
    by_verdict = listed(with_values(PAGE, sort="verdict"))
    assert sorted(by_verdict) == sorted(keys)
    ranks = [list(Verdict).index(VERDICTS[key]) for key in by_verdict]
    assert ranks == sorted(ranks)
    by_page = [
        site.PAGES.index(site.page_at(claims.get(key).page))
        for key in listed(with_values(PAGE, sort="page"))
    ]
    assert by_page == sorted(by_page)


def test_a_claim_is_opened_from_the_list():
    at = with_values(PAGE, show=Verdict.FAILS.name)
    key = listed(at)[-1]
    press(at, PAGE, key, "choices")
    assert claims.get(key).says in said(at)
    assert listed(at)[-1] == key, "the filter is lost"
    assert at.session_state[PAGE.param("of")] == key


def test_measured_live_with_another_seed():
    at = with_values(PAGE, of="C7", live=True, seed=3)
    assert_sound(at)
    words = said(at)
    assert "Measured here, with seed 3." in words
    finding = evidence.measure(claims.get("C7"), 3)
    assert finding.figures["share"].words() in words
    assert finding.figures["share"] != SHIPPED["C7"].figures["share"]


def test_a_stopped_run_shows_what_was_measured_before():
    at = with_values(PAGE, of="C7", live=True, seed=4)
    at.session_state[f"_{PAGE.key}_stopped"] = (trial(5),)
    at.select_slider(key=PAGE.param("seed")).set_value(5).run()
    assert_sound(at)
    assert "Stopped at the start." in at.warning[0].value
    assert "Stopped. Shown: measured beforehand" in said(at)
    at.button(key=f"{PAGE.key}_go_on").click().run()
    assert not at.warning
    assert "Measured here, with seed 5." in said(at)


def test_a_wrong_engine_turns_the_verdict_on_the_page(monkeypatch):
    right = chain.share_within_one

    def wrong(spread, *rest):
        share = right(spread, *rest)
        return type(share)(share.measured**0.01, share.predicted, share.n)

    monkeypatch.setattr(chain, "share_within_one", wrong)
    try:
        at = with_values(PAGE, of="C7", live=True, seed=6)
    finally:
        SHELF.forget(trial(6))
        KEPT.clear()
    assert_sound(at)
    warnings = [warning.value for warning in at.warning]
    assert any("With seed 0 the verdict is: does not hold" in words for words in warnings)
    assert any("not what theory predicts" in words for words in warnings)
    assert verdict_line(claims.get("C7"), Verdict.HOLDS) in said(at)


def test_the_count_of_the_verdicts():
    counts = {verdict: list(VERDICTS.values()).count(verdict) for verdict in Verdict}
    assert f"Of 27 claims, {tally(counts)}." in said(open_page(PAGE))


def test_one_claim_of_a_verdict_is_one():
    assert tally({Verdict.HOLDS: 1, Verdict.ONLY_IF: 1, Verdict.FAILS: 1}) == (
        "1 holds, 1 holds only under a condition, and 1 does not hold as stated"
    )
    assert tally({Verdict.HOLDS: 27}).startswith("27 hold, 0 hold only")
    assert tally({}).endswith("0 do not hold as stated")
    assert tally({Verdict.UNSETTLED: 1}).endswith("; 1 depends on the draw or the setting")
    assert tally({Verdict.UNSETTLED: 2}).endswith("; 2 depend on the draw or the setting")


def test_a_verdict_that_does_not_stand_is_shown_as_less(monkeypatch):
    unsure = {**REPEATED, "C6": (Repeats("", 20, (7, 13)),)}
    monkeypatch.setattr(evidence_store, "repeated", lambda: unsure)
    at = with_values(PAGE, of="C6", sort="verdict")
    assert_sound(at)
    words = said(at)
    assert Verdict.UNSETTLED.value in words
    assert "stands with 18 of 20 seeds" in words
    assert listed(at)[-1] == "C6"
    assert "1 depends on the draw or the setting" in words


def test_the_first_lines_say_only_what_is_true():
    """That each error is noticed, and each repeat counted, the tests of the evidence say."""
    assert "wrong derivative" not in PAGE.answer
    assert "the verdict follows from the numbers" in PAGE.answer
    words = said(open_page(PAGE))
    assert "Error planted in the engine" in words
    assert evidence.CAN in words
    assert "its history does not show that they were set beforehand" in words
