"""Links at which sentences were once false: they follow from the numbers that are drawn."""

import re

import numpy as np
import pytest

from tests.concepts.support import at_link, chart, words
from vanishing.text import number

LINEAR = "rnn_view=learn&rnn_act=identity&rnn_g=2&rnn_opt=gradient_descent&rnn_rate=1"
STEEP = "rnn_view=learn&rnn_act=relu&rnn_g=3&rnn_length=50&rnn_updates=50&rnn_c=100"


def errors(scene, net):
    rows = chart(scene, "error").frames["rows"]
    return rows[rows["series"] == net].set_index("x")["median"]


def test_only_the_unclipped_net_diverges():
    scene, found, _ = at_link("recurrent", LINEAR)
    assert found["plain"].final.diverged
    assert found["plain"].final.step == 1
    assert not found["plain, clipped"].final.diverged
    end = float(errors(scene, "plain, clipped")[400])
    assert f"plain: diverged at step 1; plain, clipped: {number(end)} at step 400" in words(scene)
    assert "**It prevents the divergence**" in words(scene)
    assert list(chart(scene, "error").frames["ended"]["series"]) == ["plain"]


def test_an_overflow_of_a_square_is_no_divergence():
    scene, found, _ = at_link("recurrent", STEEP)
    assert not any(run.final.diverged for run in found.values())
    for net in ("plain", "plain, clipped", "LSTM, clipped"):
        assert np.isfinite(errors(scene, net)).all()
        assert f"{net}: {number(float(errors(scene, net)[50]))} at step 50" in scene.notice[0]
    assert "diverged" not in words(scene)
    assert "(worse than the baseline)" in scene.notice[0]
    ends = [float(np.median(found[net].final.loss)) for net in ("plain", "plain, clipped")]
    assert ("It ends lower with clipping" in words(scene)) == (ends[1] < 0.99 * ends[0])
    assert ("about the same (within 1" in words(scene)) == (0.99 < ends[1] / ends[0] < 1 / 0.99)


LINKS = {
    "": "sigmoid",  # 5 of 20 lie above
    "rnn_gain=0.5&rnn_f=tanh&rnn_f=identity": "tanh",
    "rnn_gain=0.9&rnn_units=1": "sigmoid",
    "rnn_gain=0.25": "tanh",
    "rnn_init=orthogonal&rnn_gain=1&rnn_f=tanh&rnn_f=relu&rnn_f=identity": "linear",
    "rnn_init=identity&rnn_gain=1&rnn_inputs=0.1&rnn_f=tanh&rnn_f=relu": "ReLU",
}


@pytest.mark.parametrize(("link", "name"), LINKS.items())
def test_a_bound_speaks_for_every_net(link, name):
    scene, found, v = at_link("recurrent", link)
    by_name = {"sigmoid": "sigmoid", "tanh": "tanh", "linear": "identity", "ReLU": "relu"}
    weights = found[by_name[name]].weights
    largest = np.array([np.linalg.svd(w, compute_uv=False)[0] for w in weights])
    limits = largest * (0.25 if name == "sigmoid" else 1.0)
    (said,) = (
        told
        for told in scene.notice
        if (names := re.match(r"\*\*([\w, ]+)\*\*, bound", told)) and name in names[1].split(", ")
    )
    above = int((limits > 1 + 1e-9).sum())
    assert ("**lets** the gradient grow" in said) == bool(above)
    assert ("**cannot** grow" in said) == (not above and bool((limits > 1 - 1e-9).any()))
    if 0 < above < 20:
        assert f"above 1 in {above} of 20 nets" in said
        assert "elsewhere it **must** vanish" in said
    assert ("in every one of 20 nets" in said) == (above in (0, 20))
    if (limits < 1 - 1e-9).all():
        assert "the gradient **must** vanish" in said
        most = re.search(r"at most (\S+) is left", said).group(1)
        assert most == number(limits.max() ** v.steps, 2)


@pytest.mark.parametrize("link", LINKS)
def test_no_net_lies_above_the_bound_that_is_drawn(link):
    scene, found, v = at_link("recurrent", link)
    frames = chart(scene, "gradient").frames
    names = {"sigmoid": "bound, γ = 0.25"}
    for key in v.f:
        bound = frames["bound"][frames["bound"]["series"] == names.get(key, "bound, γ = 1")]
        logs = dict(
            zip(found[key].jacobians.lags, found[key].jacobians.mean.max(axis=0), strict=True)
        )
        for x, y in zip(bound["x"], bound["y"], strict=True):
            assert logs[x] <= y + 1e-9
    assert "none of them exceeds" in chart(scene, "gradient").note


def test_one_unit_has_one_number_and_what_is_too_small_is_not_said_to_be_0():
    scene, *_ = at_link("recurrent", "rnn_units=1&rnn_gain=0.5")
    assert "of this W every |λ| is that number, too" in words(scene)
    link = "rnn_f=tanh&rnn_f=ReLU&rnn_f=linear&rnn_gain=1&rnn_steps=200&rnn_units=1"
    scene, *_ = at_link("recurrent", link)
    note = chart(scene, "state").note
    assert "linear: 0 in float64 (too small for it) from" in note
    assert "ReLU: exactly 0 from" in note


@pytest.mark.parametrize("link", ["rnn_units=8&rnn_steps=50", "rnn_units=1&rnn_steps=20"])
def test_theory_is_drawn_as_far_as_it_is_said_to_apply(link):
    scene, found, v = at_link(
        "recurrent", f"{link}&rnn_f=tanh&rnn_f=relu&rnn_f=sigmoid&rnn_f=identity"
    )
    names = {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "linear"}
    for which in ("state", "gradient"):
        view = chart(scene, which)
        theory = view.frames.get("theory")
        for key in v.f:
            reach = found[key, "theory"][2]
            assert reach < v.steps
            drawn = [] if theory is None else theory[theory["series"] == names[key]]["x"].tolist()
            assert drawn == (list(range(reach + 1)) if reach else [])
            assert theory is None or f"{names[key]} {reach or 'none'}" in view.note
        assert (theory is None) == ("none is drawn" in view.note)
