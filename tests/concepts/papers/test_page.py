from dataclasses import replace

import pytest

from tests.pages.support import assert_sound, charts, open_page, press, said, with_values
from vanishing.concepts.papers.table import PAGE
from vanishing.evidence import blocks, papers
from vanishing.evidence import model as evidence
from vanishing.evidence import store as evidence_store
from vanishing.evidence.finding import Figure
from vanishing.ui import site
from vanishing.ui.controls import clean

SHIPPED = evidence_store.shipped()
each = pytest.mark.parametrize("card", papers.CARDS, ids=lambda card: card.key)


@each
def test_a_card_is_shown_with_everything_that_belongs_to_it(card):
    at = with_values(PAGE, of=card.key)
    assert_sound(at)
    assert not at.warning
    words = said(at)
    for part in (card.paper, card.where, card.says, card.conditions, "within its tolerance"):
        assert part in words
    for expected in card.expectations:
        assert expected.words in words
        assert expected.basis in words
        assert SHIPPED[card.key].figures[expected.figure].words() in words
    for kind, numbers in card.expected.items():
        assert (f"{len(numbers)} {kind}" in words.partition("**Its numbers:**")[2]) == bool(numbers)
    assert ("none stands in the paper" in words) == (not card.published)
    assert evidence.error_in_words(card) in words
    assert card.changed in words
    assert f"evidence {card.key}" in charts(at)


@each
def test_its_link_leads_to_a_page_with_these_settings(card):
    concept = site.page_at(card.page)
    for name, value in card.settings.items():
        assert clean(concept.control(name), value) == value
    at = with_values(PAGE, of=card.key)
    (link,) = [one.proto for one in at.get("page_link") if one.proto.page == card.page]
    assert link.query_string == concept.query(card.settings)


def test_a_card_out_of_band_is_shown_as_such(monkeypatch):
    card = papers.CARDS[0]
    finding = SHIPPED[card.key]
    wrong = {name: Figure(1e9) for name in finding.figures}
    spoiled = {**SHIPPED, card.key: replace(finding, figures=wrong)}
    monkeypatch.setattr(evidence_store, "shipped", lambda: spoiled)
    at = with_values(PAGE, of=card.key)
    assert_sound(at)
    assert "out of band" in said(at)
    assert f"{len(papers.CARDS) - 1} of {len(papers.CARDS)} cards" in said(at)


def test_published_and_derived_numbers_are_counted_apart():
    words = said(open_page(PAGE))
    for kind in ("published", "derived"):
        with_some = [getattr(card, kind) for card in papers.CARDS if getattr(card, kind)]
        told = blocks.KINDS[kind]
        assert f"{sum(map(len, with_some))} {told} on {len(with_some)} cards" in words
    assert "its history does not show that they were set beforehand" in words


def test_what_is_our_own_is_not_called_published():
    derived = {"pascanu-counterexample", "pascanu-clip", "schoenholz-depth", "schoenholz-sigmoid"}
    assert not any(papers.get(key).published for key in derived)
    (tanh,) = [one for one in papers.get("glorot-singular").published if one.value == 0.8]
    assert "tanh" in papers.get("glorot-singular").figures[tanh.figure]


def test_every_card_is_listed_and_opens():
    at = open_page(PAGE)
    last = papers.CARDS[-1]
    press(at, PAGE, last.key, "choices")
    assert last.says in said(at)


def test_a_card_measured_live():
    (card,) = [card for card in papers.CARDS if card.key == "ieee-underflow"]
    at = with_values(PAGE, of=card.key, live=True, seed=2)
    assert_sound(at)
    assert "Measured here, with seed 2." in said(at)
    assert evidence.as_expected(card, evidence.measure(card, 2))
