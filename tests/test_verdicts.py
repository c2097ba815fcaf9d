import math
import re

import pytest

from vanishing import verdicts
from vanishing.text import number, rounded, unlike

NAMED = ("vanishes", "shrinks", "holds its size", "grows", "explodes")


@pytest.mark.parametrize(
    ("factor", "word"),
    [
        (0.0, "is exactly 0"),
        (1e-300, "vanishes"),
        (0.09, "vanishes"),
        (0.1, "shrinks"),
        (0.66, "shrinks"),
        (0.67, "holds its size"),
        (1.0, "holds its size"),
        (1.5, "holds its size"),
        (1.6, "grows"),
        (10.0, "grows"),
        (11.0, "explodes"),
        (1e300, "explodes"),
        # As shown, with two digits: 0.10, 1.5 and 10.
        (0.0995, "shrinks"),
        (1.549, "holds its size"),
        (10.4, "grows"),
    ],
)
def test_a_fate_has_its_thresholds(factor, word):
    assert verdicts.fate(factor) == word
    assert verdicts.fate_of_log10(math.log10(factor) if factor else -math.inf) == word


@pytest.mark.parametrize("exponent", [-500.0, -0.5, 0.0, 0.3, 400.0])
def test_a_number_that_reads_the_same_has_the_same_fate(exponent):
    shown = {}
    for step in range(-200, 201):
        log10 = exponent + step / 100
        if abs(log10) < 300:
            text = number(10.0**log10, 2)
            assert shown.setdefault(text, verdicts.fate_of_log10(log10)) == (
                verdicts.fate_of_log10(log10)
            )
    assert verdicts.fate_of_log10(exponent) in NAMED


def test_what_a_page_says_of_the_words_are_their_thresholds():
    holds, far = (float(n) for n in re.findall(r"factor of ([\d.]+\d)", verdicts.FATES))
    assert (holds, far) == (verdicts.HOLDS, verdicts.FAR)
    assert "below 10 %" in verdicts.LEARNED
    assert "below 90 %" in verdicts.LEARNED
    assert "111 %" in verdicts.LEARNED


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.05, "learned"),
        (0.1, "partly learned"),
        (0.89, "partly learned"),
        (0.9, "about the baseline"),
        (1.1, "about the baseline"),
        (1.2, "worse than the baseline"),
        (1e30, "worse than the baseline"),
    ],
)
def test_how_far_a_task_is_learned(share, words):
    assert verdicts.learned(share / 6, 1 / 6) == words


@pytest.mark.parametrize(
    ("loss", "words"), [(1.02, "worse than"), (0.995, "about the same as"), (0.98, "better than")]
)
def test_losses_side_by_side(loss, words):
    assert verdicts.beside(loss, 1.0) == words


def test_a_number_never_reads_like_what_it_is_not():
    assert unlike(0.9999, 1.0) == "0.9999"
    assert unlike(1.998, 2.0) == "1.998"
    assert unlike(1.0, 1.0) == "1.00"
    assert unlike(0.5, 1.0) == "0.500"
    assert rounded(0.9996, 3) == 1.0
