"""Figures of the experiments, as shipped, computed a second time without the engine."""

import math
from itertools import pairwise

import numpy as np
import pytest

from vanishing.evidence import claims, papers
from vanishing.evidence.papers import nielsen as paper_nielsen
from vanishing.evidence.store import shipped

RNG = np.random.default_rng(20_261_124)


def figures(entry):
    return {name: figure.value for name, figure in shipped()[entry.key].figures.items()}


def test_the_steps_on_a_flat_bowl_by_walking_down_it():
    kappa, at, steps = 1000.0, np.ones(2), 0
    curvature = np.array([1 / kappa, 1.0])
    while np.linalg.norm(at) > 1e-6 * math.sqrt(2):
        at, steps = at - 2 / (1 + 1 / kappa) * curvature * at, steps + 1
    assert figures(claims.get("C2"))["flat"] == pytest.approx(steps, abs=1)


def test_the_factor_of_a_sigmoid_chain_by_sampling():
    h, logs = np.ones(200_000), []
    for _ in range(12):
        w = RNG.normal(size=h.size)
        h = 1 / (1 + np.exp(-w * h))
        logs.append(np.log10(np.abs(w) * h * (1 - h)).mean())
    assert math.log10(figures(claims.get("C8"))["factor"]) == pytest.approx(
        np.mean(logs[4:]), abs=0.01
    )


def test_what_a_wide_relu_net_leaves_by_multiplying_matrices():
    n, depth, left = 128, 20, []
    for _ in range(20):
        a = RNG.normal(size=n)
        matrices, masks = [], []
        for _layer in range(depth):
            w = RNG.normal(size=(n, n)) / math.sqrt(n)
            z = a @ w
            matrices.append(w)
            masks.append(z > 0)
            a = np.where(z > 0, z, 0)
        last = delta = RNG.normal(size=n) * masks[-1]
        for w, mask in zip(matrices[:0:-1], masks[-2::-1], strict=True):
            delta = (delta @ w.T) * mask
        left.append(np.linalg.norm(delta) / np.linalg.norm(last))
    assert figures(claims.get("C22"))["small"] == pytest.approx(np.median(left), rel=0.3)


def test_where_tanh_s_gradient_is_a_tenth_by_quadrature():
    at = np.linspace(-8, 8, 4001)
    normal = np.exp(-(at**2) / 2) / np.exp(-(at**2) / 2).sum()

    def left(variance):
        size, product = 1.0, 1.0
        for _layer in range(19):
            h = np.tanh(math.sqrt(variance * size + 0.05) * at)
            size, product = normal @ h**2, product * variance * (normal @ (1 - h**2) ** 2)
        return math.sqrt(product)

    scales = np.linspace(0.9, 1.5, 61)
    edge = np.interp(0.1, [left(one) for one in scales], scales)
    assert figures(claims.get("C12"))["edge"] == pytest.approx(edge, abs=0.05)


@pytest.mark.parametrize(("times", "gains"), [(1.2, False), (2.2, True)])
def test_which_steps_leave_a_local_minimum_by_walking(times, gains):
    """λ = 3 at the local minimum, 1 at the deep one: a small step, and a larger one of ηλ = …"""

    def deep(rate):
        ends = []
        for start in np.linspace(-3, 3, 60):
            w = start
            for _ in range(1000):
                local = 0.2 + 1.5 * (w - 1) ** 2 < 0.5 * (w + 1) ** 2
                w -= rate * (3 * (w - 1) if local else w + 1)
            ends.append(abs(w + 1) < 1e-3)
        return np.mean(ends)

    assert (deep(times / 3) - deep(0.05) >= 0.1) == gains
    shares = figures(claims.get("C11"))
    assert shares["above" if gains else "below"] == pytest.approx(float(gains), abs=0.1)


def test_born_dead_nets_by_drawing_signs():
    dead, nets, width = 0, 4000, 3
    for _ in range(nets):
        a = np.ones(1)
        for _layer in range(9):
            w = RNG.normal(size=(a.size, width))
            a = np.maximum(a @ w, 0)
            if not a.any():
                dead += 1
                break
    share = figures(papers.get("lu-born-dead"))["one3"]
    assert share == pytest.approx(dead / nets, abs=0.04)


def test_lengths_in_narrow_nets_by_multiplying_matrices():
    ratios = []
    for _ in range(1000):
        a = x = RNG.normal(size=50)
        for _layer in range(10):
            a = np.maximum(a @ (RNG.normal(size=(50, 50)) * math.sqrt(2 / 50)), 0)
        ratios.append((a @ a) / (x @ x))
    found = figures(papers.get("hanin-lengths"))
    assert found["median"] == pytest.approx(np.median(ratios), rel=0.15)
    assert found["mean"] == pytest.approx(np.mean(ratios), abs=0.2)


def test_nielsen_s_gradient_by_differences_of_the_cost():
    images, labels = paper_nielsen.stand_in(0)
    targets = np.eye(10)[labels]
    widths = (784, 30, 30, 10)
    ratios = []
    for _ in range(20):
        ws = [RNG.normal(size=pair) / math.sqrt(pair[0]) for pair in pairwise(widths)]
        bs = [RNG.normal(size=n) for n in widths[1:]]

        def cost(shifted, ws=ws, bs=bs):
            a = images[:200]
            for w, b in zip(ws, [shifted, *bs[1:]], strict=True):
                a = 1 / (1 + np.exp(-(a @ w + b)))
            t = targets[:200]
            return -(t * np.log(a) + (1 - t) * np.log(1 - a)).sum(axis=1).mean()

        steps = 1e-5 * np.eye(30)
        slopes = [(cost(bs[0] + step) - cost(bs[0] - step)) / 2e-5 for step in steps]
        ratios.append(np.linalg.norm(slopes))
    assert figures(papers.get("nielsen-2"))["layer1"] == pytest.approx(np.median(ratios), rel=0.3)


def test_the_published_counter_example_by_hand():
    w = np.array([[2.0, -2.0], [2.0, -2.0]])
    h, product = np.array([0.0, math.tanh(5)]), np.eye(2)
    b = np.array([2 * math.tanh(5), 5 + 2 * math.tanh(5)])
    for _ in range(5):
        h = np.tanh(w @ h + b)
        product = np.diag(1 - h**2) @ w @ product
    assert figures(papers.get("pascanu-counterexample"))["after5"] == pytest.approx(
        np.linalg.norm(product, 2), rel=1e-6
    )
