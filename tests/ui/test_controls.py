import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanishing.ui import site
from vanishing.ui.controls import choice, clean, decode, encode, many, scale, steps, toggle

DEPTH = scale("depth", "Depth", 10, steps(1, 100, 1))
RATE = scale("rate", "Step size", 0.1, (0.001, 0.01, 0.1, 1.0))
KIND = choice("kind", "Kind", "relu", {"sigmoid": "sigmoid", "relu": "ReLU"})
FUNCTIONS = many("f", "Functions", ("tanh",), {"tanh": "tanh", "relu": "ReLU"})
SWITCH = toggle("on", "On")
CONTROLS = (DEPTH, RATE, KIND, FUNCTIONS, SWITCH)


@pytest.mark.parametrize(
    ("control", "asked", "shown"),
    [
        (DEPTH, "50", 50),
        (DEPTH, "5.0", 5),
        (DEPTH, "1e1", 10),
        (RATE, "0.01", 0.01),
        (KIND, "ReLU", "relu"),
        (KIND, "sigmoid", "sigmoid"),
        (FUNCTIONS, "relu", ("relu",)),
        (SWITCH, "TRUE", True),
    ],
)
def test_what_can_be_given_is_given_silently(control, asked, shown):
    assert decode(control, [asked]) == (shown, None)


@pytest.mark.parametrize(
    ("control", "asked", "shown"),
    [
        (DEPTH, ["500"], 100),
        (DEPTH, ["1e999"], 100),
        (DEPTH, ["-inf"], 1),
        (DEPTH, ["12.4"], 12),
        (DEPTH, ["nan"], 10),
        (DEPTH, ["deep"], 10),
        (DEPTH, [""], 10),
        (DEPTH, ["3", "5"], 3),
        (RATE, ["0.04"], 0.01),
        (KIND, ["softmax"], "relu"),
        (KIND, ["sigmoid", "ReLU"], "sigmoid"),
        (FUNCTIONS, ["relu", "<b>"], ("relu",)),
        (FUNCTIONS, ["relu", "relu"], ("relu",)),
        (FUNCTIONS, ["x"], ("tanh",)),
        (SWITCH, ["yes"], False),
    ],
)
def test_what_cannot_be_given_is_named_and_replaced(control, asked, shown):
    value, complaint = decode(control, asked)
    assert value == shown
    assert complaint is not None
    assert complaint.asked == " & ".join(asked)


@given(st.sampled_from(CONTROLS), st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_text_gives_a_value_of_the_control(control, asked):
    value, complaint = decode(control, asked)
    assert clean(control, value) == value
    if complaint is None:
        # What was taken without complaint says the same when it is written out again.
        again = encode(control, value)
        assert decode(control, again if isinstance(again, list) else [again]) == (value, None)


@given(st.floats(allow_nan=False))
def test_a_number_gives_the_nearest_option(number):
    value, _ = decode(DEPTH, [repr(number)])
    clipped = min(max(number, 1), 100)
    assert all(abs(value - clipped) <= abs(o - clipped) for o in DEPTH.options)


@pytest.mark.parametrize("control", CONTROLS)
def test_every_option_survives_a_link(control):
    for option in control.options:
        value = (option,) if control.kind == "many" else option
        written = encode(control, value)
        assert decode(control, written if isinstance(written, list) else [written]) == (value, None)


def test_what_session_state_holds_is_not_trusted():
    assert clean(DEPTH, 1e9) == 10
    assert clean(DEPTH, True) == 10
    assert clean(FUNCTIONS, []) == ("tanh",)
    assert clean(FUNCTIONS, "relu") == ("tanh",)
    assert clean(KIND, None) == "relu"


def test_steps_do_not_drift():
    assert steps(0, 1, 0.1)[3] == 0.3
    assert steps(1, 3, 1) == (1, 2, 3)
    assert all(isinstance(s, int) for s in steps(1, 3, 1))
    assert math.isclose(steps(-10, 10, 0.5)[-1], 10)


def test_a_control_that_reads_ambiguously_is_refused():
    with pytest.raises(ValueError, match="read the same"):
        scale("x", "x", 1.0, (1.0, 1.0000001))
    with pytest.raises(ValueError, match="not an option"):
        scale("x", "x", 7, (1, 2))


@pytest.mark.parametrize(
    ("path", "name", "written", "value"),
    [
        ("chain", "view", "Depth × σ_w", "map"),
        ("layers", "init", "N(0, σ_w²/n), σ_w² below", "scaled"),
        ("recurrent", "size", "mean, ‖·‖_F/√n", "mean"),
    ],
)
def test_links_from_before_a_text_was_changed_open_what_they_meant(path, name, written, value):
    control = site.page_at(path).control(name)
    assert decode(control, [written]) == (value, None)
    assert control.text(value) != written
