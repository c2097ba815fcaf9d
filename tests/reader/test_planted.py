"""The reader is no reader unless it finds what is planted: a wrong sentence of each kind."""

from __future__ import annotations

import math
from importlib import import_module

import pytest

from tests.concepts.support import sentences
from tests.reader import grammar
from tests.reader.quantities import Log10, reads
from tests.reader.rooms import evidence
from tests.reader.seen import look
from tests.reader.templates import misread


def found(name: str, setting: dict, right: str, wrong: str) -> list[str]:
    """Return what the reader finds where `wrong` stands for `right`; nothing before."""
    room, seen = import_module(f"tests.reader.rooms.{name}"), look(name, setting)
    (told,) = (told for told in sentences(seen.scene) if right in told)

    plain = getattr(room, "plain", lambda _, words: words)

    def read(text: str) -> list[str]:
        text = plain(seen, text)
        return grammar.faults(text, room.EXCEPTIONS) + misread(seen, text, room.TEMPLATES)

    assert not read(told)
    return read(told.replace(right, wrong))


HOME = ("home", {"depth": 12})
LAYERS = ("layers", {"depth": 5, "width": 8, "batch": 10})
CLAIM, CARD = ("claims", {"of": "C7"}), ("papers", {})
DEEP = ("depth", {"f": "tanh", "norm": "none", "skips": "none"})
TIME = ("recurrent", {"units": 4, "steps": 5, "f": ("tanh",)})
TRAINED = ("training", {"steps": 30, "depth": 2, "width": 3, "seeds": 3})
PATH = ("descent", {"surface": "bowl", "steps": 20, "opt": ("gradient_descent",)})


@pytest.mark.parametrize(
    ("page", "right", "wrong", "fault"),
    [
        (HOME, "11 steps", "11 step", "a singular of many"),
        (HOME, "11 steps", "1 steps", "a plural of one"),
        (HOME, "9.8·10⁻⁸", "nan", "no number"),
        (HOME, "9.8·10⁻⁸", "98·10⁻⁹", "an exponent not normalised"),
        (HOME, "9.8·10⁻⁸", "9.8e-08", "an exponent of a computer"),
        (HOME, "9.8·10⁻⁸", "9.7·10⁻⁸", "drawn is"),
        (HOME, "9.8·10⁻⁸", "9.8·10⁻⁷", "drawn is"),
        (HOME, "; theory predicts 1.1·10⁻⁷", "; measured is 1.1·10⁻⁷", "no template covers"),
        (HOME, "; theory predicts 1.0.", "; theory predicts 1.1.", "drawn is"),
        (HOME, "×0.23 a layer", "×0.230512 a layer", "too many digits"),
        (HOME, "shrinks to", "shrinks to to", "a word twice"),
        (HOME, "layer; theory", "layer ; theory", "spaces"),
        (LAYERS, "**vanishes**", "**explodes**", "fate is"),
        (LAYERS, "**vanishes**", "**vanishes", "** is not closed"),
        (LAYERS, "(measured, median", "(predicted, median", "no template covers"),
        (LAYERS, ", median of 20 nets)", ", median of 19 nets)", "drawn is"),
        (TIME, "∂h(T)/∂h(0) is", "∂h(T)/∂h(0) may reach", "no template covers"),
        (CLAIM, "12 hold,", "14 hold,", "holds is"),
        (CLAIM, "4 do not", "4 does not", "does is"),
        (CLAIM, "of 20 repeats", "of 10 repeats", "seeds is"),
        (CARD, "13 published", "12 published", "published is"),
        (DEEP, "a layer down to about 20 layers", "a layer down to about 30 layers", "reach is"),
        (TRAINED, "begins at 1.5·10⁻⁴", "begins at 1.6·10⁻⁴", "first is"),
        (TRAINED, "loss is 0.697", "loss is 0.696", "loss is"),
        (TRAINED, "loss is 0.687, about the same as", "loss is 0.687, better than", "verdict is"),
        (PATH, "in 20 steps", "in 21 steps", "steps is"),
        (PATH, "(**zig-zag**)", "(no overshoot)", "how is"),
    ],
)
def test_a_wrong_sentence_is_found(page, right, wrong, fault):
    assert any(fault in one for one in found(*page, right, wrong))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a 8 and an 9", "an article"),
        ("1 are left", "a verb of many"),
        ("x = -5", "a hyphen"),
        ("exactly 0 0 %", "a number twice"),
        ("it is −0.00 here", "minus nothing"),
        ("10.0·10⁻³⁹¹", "not normalised"),
        ("(open", "( is not closed"),
        ("$x", "$ is not closed"),
        ("None is left: None", "no number"),
    ],
)
def test_grammar_finds_what_is_wrong(text, fault):
    assert any(fault in one for one in grammar.faults(text))


def test_sound_words_are_left_alone():
    sound = "In layer 1 units of 11 layers, ×0.50 a layer; 1 of 20 nets is left: 3.1·10⁻⁶, −2.5."
    assert grammar.faults(sound) == []


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [
        ("0.081", 0.0812, True),
        ("0.081", 0.0817, False),
        ("490", 487.3, True),
        ("490", 512.0, False),
        ("172,000", 171_600.0, True),
        ("3.1·10⁻⁶", 3.14e-6, True),
        ("2.0·10⁻⁴⁰⁰", Log10(-400 + math.log10(2)), True),
        ("2.0·10⁻⁴⁰⁰", Log10(-399 + math.log10(2)), False),
        ("0", 1e-9, False),
        ("0 %", 0.004, False),
        ("< 0.1 %", 0.0004, True),
        ("100 %", 0.9999, False),
        ("∞", math.inf, True),
        ("12", 12, True),
        ("12", 13, False),
        ("−0.90", -0.9, True),
        ("0.90", -0.9, False),
    ],
)
def test_a_text_reads_as_its_value_alone(text, value, right):
    assert reads(text, value) is right


def test_a_wrong_chart_is_found_as_well_as_a_wrong_word():
    room, seen = import_module("tests.reader.rooms.home"), look("home", {"depth": 12})
    rows = seen.frames["gradient by layer"]["rows"]
    rows["median"] = 2 * rows["median"]
    assert any(
        "drawn is" in one for t in seen.scene.notice for one in misread(seen, t, room.TEMPLATES)
    )


def test_a_wrong_sign_reason_or_list_of_a_claim_is_found(monkeypatch):
    room, seen = import_module("tests.reader.rooms.claims"), look("claims", {"of": "C17"})
    assert room.also(seen) == []
    right = room.told(seen)
    for there, wrong, fault in (
        ("It happens for 52.3 %", "It happens for 52.4 %", "is not 52.4 %"),
        (":red-background[:material/cancel:", ":green-background[:material/x:", "list says"),
    ):
        assert any(there in text for text in right)
        swapped = [text.replace(there, wrong) for text in right]
        monkeypatch.setattr(room, "told", lambda _, texts=swapped: texts)
        monkeypatch.setitem(room.SIGNS, ":material/x:", room.Verdict.HOLDS)
        assert any(fault in one for one in room.also(seen))


@pytest.mark.parametrize(
    ("measured", "wanted", "right"),
    [
        ("52.3 % (45.9 % to 54.3 %)", "at most 10 %", False),
        ("0.236", "0.235, within a factor 1.05", True),
        ("0.3", "at least 1", False),
        ("0.683", "0.683 ± 0.005", True),
        ("0.699", "0.683 ± 0.005", False),
        ("0.100", "at most 0.1", None),
    ],
)
def test_a_sign_follows_from_the_numbers_beside_it(measured, wanted, right):
    assert evidence._meets(measured, wanted) is right
