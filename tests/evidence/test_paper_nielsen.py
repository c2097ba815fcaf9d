"""Nielsen's gradients by another path, and errors in the engine that the cards must notice."""

from dataclasses import replace

import numpy as np
import pytest

from vanishing.concepts.layers.table import PAGE
from vanishing.engine.nets import activations, initializers
from vanishing.engine.nets.initializers import Bias
from vanishing.engine.nets.network import initialize
from vanishing.evidence import model as evidence
from vanishing.evidence.papers import nielsen as paper_nielsen
from vanishing.evidence.papers.nielsen import CARDS, stand_in
from vanishing.evidence.store import shipped
from vanishing.ui.controls import clean

each = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)


@each
def test_the_first_layer_learns_slowest(card):
    sizes = [figure.value for figure in shipped()[card.key].figures.values()]
    assert sizes == sorted(sizes)


def test_the_stand_in_is_as_sparse_and_as_bright_as_mnist():
    images, labels = stand_in(0)
    assert np.mean(images > 0) == pytest.approx(0.19, abs=0.003)
    # Mean and standard deviation of MNIST's pixels, as everybody scales them.
    assert images.mean() == pytest.approx(0.1307, abs=0.002)
    assert images.std() == pytest.approx(0.3081, abs=0.002)
    assert np.bincount(labels, minlength=10).min() > 60


def test_the_gradients_as_nielsen_computes_them_image_by_image():
    images, labels = stand_in(1)
    lecun = initializers.get("lecun_normal")
    net = initialize((784, 30, 30, 30, 10), lecun, Bias("normal", 1.0), [100])
    sums = [np.zeros(b.shape[1]) for b in net.biases]
    for image, label in zip(images, labels, strict=True):
        outputs = [image]
        for w, b in zip(net.weights, net.biases, strict=True):
            outputs.append(1 / (1 + np.exp(-(w[0].T @ outputs[-1] + b[0]))))
        delta = outputs[-1] - (np.arange(10) == label)
        for layer in (3, 2, 1, 0):
            sums[layer] += delta
            out = outputs[layer]
            delta = (net.weights[layer][0] @ delta) * out * (1 - out)
    by_hand = [np.linalg.norm(total / len(images)) for total in sums[:-1]]
    first = next(paper_nielsen.speeds(3, seed=1))[0]
    assert first == pytest.approx(by_hand, rel=1e-10)


def wrong_slope(monkeypatch):
    right = activations.get("sigmoid")
    wrong = replace(right, value_and_slope=lambda z: (right.f(z), right.f(z)))
    monkeypatch.setattr(paper_nielsen.activations, "get", lambda key: wrong)


def doubled_slope(monkeypatch):
    right = activations.get("sigmoid")
    wrong = replace(right, value_and_slope=lambda z: (right.f(z), 2 * right.df(z)))
    monkeypatch.setattr(paper_nielsen.activations, "get", lambda key: wrong)


def weights_too_wide(monkeypatch):
    wrong = initializers.get("normal_unit")
    monkeypatch.setattr(paper_nielsen.initializers, "get", lambda key: wrong)


def sum_instead_of_mean(monkeypatch):
    right = paper_nielsen.heads.get("sigmoid")
    wrong = replace(right)
    object.__setattr__(wrong, "delta", lambda output, y: output - y)
    monkeypatch.setattr(paper_nielsen.heads, "get", lambda key: wrong)


@pytest.mark.parametrize(
    "plant", [wrong_slope, doubled_slope, weights_too_wide, sum_instead_of_mean]
)
def test_an_error_in_the_engine_puts_a_card_out_of_band(monkeypatch, plant):
    """The shallowest net's, in which an error counts least."""
    plant(monkeypatch)
    assert not evidence.as_expected(CARDS[0], evidence.measure(CARDS[0]))


@each
def test_the_page_can_be_set_up_like_it(card):
    for name, value in card.settings.items():
        assert clean(PAGE.control(name), value) == value
