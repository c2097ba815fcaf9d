"""Every word is explained, and every page names its words."""

import re
from fractions import Fraction

import numpy as np
import pytest

from tests.glossary.words import PAGES, texts, words_in, words_of
from tests.pages.support import open_page, said, with_values
from vanishing.concepts import shared
from vanishing.concepts.glossary.table import PAGE
from vanishing.glossary import glossary
from vanishing.ui import site

TERMS = glossary.TERMS
each = pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.key)
by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)

FAMILIES = ("ACTIVATIONS", "INITIALIZERS", "OPTIMIZERS", "NORMALIZATIONS", "SKIPS")


@each
def test_a_word_has_one_sentence_a_formula_and_a_source(term):
    assert 10 < len(term.says) <= 200
    assert re.fullmatch(r"[^.]+(?:\d\.\d[^.]*)*\.", term.says), "one sentence"
    assert term.formula.strip()
    assert re.search(r"[A-Z]", term.source)
    assert not term.source.endswith(".")


@each
def test_a_word_is_found_as_it_is_written(term):
    assert term.key in {*glossary.find(term.word), *glossary.find(f"the {term.word}s")} or (
        # Names of two things at once.
        re.search(r" and |\(|, ", term.word)
        and term.key in glossary.find(re.split(r" and | \(|, ", term.word)[0])
    )


def test_no_word_stands_twice():
    words = [term.word.casefold() for term in TERMS.values()]
    every = (glossary.NETS, glossary.FUNCTIONS, glossary.WEIGHTS, glossary.LEARNING)
    assert len(set(words)) == len(words) == sum(map(len, every)) + len(glossary.NUMBERS)


@by_page
def test_a_page_names_its_words(page):
    """If not: ``python -m tests.glossary``, after the page is recorded anew."""
    assert list(glossary.MET[page.path]) == words_of(page)
    assert set(glossary.MET[page.path]) <= set(TERMS)


def test_there_is_no_page_without_words_and_no_words_without_a_page():
    assert set(glossary.MET) == {page.path for page in PAGES}


def test_a_missing_word_would_be_seen():
    (chain,) = [page for page in PAGES if page.key == "chain"]
    named = set(glossary.MET["chain"])
    assert words_in(texts(chain)) == named
    assert words_in([*texts(chain), "by Xavier's rule"]) - named == {"xavier"}


def test_a_word_within_another_does_not_count():
    assert glossary.find("layer norm") == ["layernorm"]
    assert glossary.find("leaky ReLU") == ["leakyrelu"]
    assert glossary.find("a layer with layer norm") == ["layer", "layernorm"]
    assert glossary.find("ln 2, he said, He et al. 2015") == []
    assert glossary.find("ReLU, He: λₘₐₓ/λₘᵢₙ") == ["relu", "he", "curvature"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_option_of_a_family_is_a_word(family):
    for option in getattr(shared, family).values():
        assert glossary.listed([option]) or option == "none", option


def test_a_setting_says_what_its_words_mean_once():
    controls = [control for page in site.PAGES for control in page.controls]
    told = {control.label: control.tip or "" for control in controls}
    assert told["Momentum μ"] == TERMS["momentum"].says
    assert TERMS["forget"].says in told["LSTM: forget bias"]
    for control in controls:
        said = [term.key for term in TERMS.values() if (control.tip or "").count(term.says) > 1]
        assert not said, control.name
        assert TERMS["he"].says not in (control.tip or "") or "nitialisation" in control.label


def feet(at):
    return [fold for fold in at.expander if fold.label == "Words on this page"]


@by_page
def test_the_foot_of_a_page_has_its_words_as_links(page):
    (foot,) = feet(open_page(page))
    keys = re.findall(r"\[[^\]]+\]\(glossary\?word_of=(\w+)\)", foot.markdown[0].value)
    assert set(keys) == set(glossary.MET[page.path])


@each
def test_a_word_is_shown_with_everything_that_belongs_to_it(term):
    at = with_values(PAGE, of=term.key)
    assert not at.exception
    assert not at.warning
    words = said(at)
    for part in (term.word, term.says, f"$$\n{term.formula}\n$$", f"*Source:* {term.source}."):
        assert part in words
    assert not feet(at)
    links = {one.proto.page for one in at.get("page_link")}
    assert links == {"" if path == "home" else path for path in glossary.pages(term.key)}


def test_a_link_may_name_a_word_by_its_key():
    at = open_page(PAGE, word_of="kappa")
    assert not at.warning
    assert TERMS["kappa"].says in said(at)


@pytest.mark.parametrize(
    ("dtype", "digits", "top"),
    [(np.float16, 11, 15), (np.float32, 24, 127), (np.float64, 53, 1023)],
)
def test_a_number_overflows_from_where_the_formula_says(dtype, digits, top):
    assert r"x\ge(2-2^{-p})\,2^{e_{\max}}" in TERMS["overflow"].formula
    least = (2 - Fraction(1, 2**digits)) * 2**top
    with np.errstate(over="ignore"):
        assert np.isinf(dtype(str(int(least))))
        assert np.isfinite(dtype(str(int(least * (1 - Fraction(1, 2 ** (digits + 3)))))))
