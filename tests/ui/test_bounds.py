"""What the caches may hold, beside what the pages ask for."""

import pickle
from dataclasses import replace

import pytest

from vanishing.concepts.chain import table as chain
from vanishing.concepts.descent import table as descent
from vanishing.concepts.dying import scenes as dying_section
from vanishing.concepts.dying import table as dying
from vanishing.concepts.home import table as home
from vanishing.concepts.layers import table as layers
from vanishing.concepts.recurrent import table as recurrent
from vanishing.engine.wide import layers as layer_statistics
from vanishing.ui import compute, descent_compute, recurrent_compute
from vanishing.ui.frame import Values
from vanishing.ui.stored import Stored

MEMORY = 500_000_000
"""Bytes that all results together may take: half of what a small free server has."""


def bounds():
    modules = (compute, recurrent_compute, descent_compute)
    return {
        name: one
        for module in modules
        for name, one in vars(module).items()
        if isinstance(one, Stored)
    }


def test_all_bounds_together_leave_memory_for_the_app():
    assert len(bounds()) == 22
    views = compute.VIEWS_BYTES + compute.SMALL
    assert sum(one.size for one in bounds().values()) + views <= MEMORY


def size(result):
    return len(pickle.dumps(result))


@pytest.fixture
def counted(monkeypatch):
    """Replace the measuring of nets by something of the same size, and count it."""
    ends = {
        depth: sum(size(layer_statistics.at_start(net)) for net in home.settings(depth).values())
        for depth in (1, 20)
    }
    by_layer = (ends[20] - ends[1]) / 19 / len(home.NETS)
    computed = []

    def measured(net):
        computed.append(net)
        return bytes(round(ends[1] / len(home.NETS) + (net.depth - 1) * by_layer))

    monkeypatch.setattr(layer_statistics, "at_start", measured)
    compute.at_start.clear()
    yield computed
    compute.at_start.clear()


def test_the_whole_slider_of_the_home_page_stays_in_memory(counted):
    depths = home.PAGE.control("depth").options
    total = 0
    for _ in range(2):
        for depth in depths:
            for net in home.settings(depth).values():
                total += len(compute.at_start(net))
    assert len(counted) == len(home.NETS) * len(depths), "the second drag computes nothing"
    assert total / 2 <= compute.at_start.size


def values(page, **changes):
    return {**page.defaults(), **changes}


def drags(page, *names):
    """Give the settings that each of these controls leads through, dragged from the defaults."""
    for name in names:
        yield [values(page, **{name: option}) for option in page.control(name).options]


def asked_of_the_layers(v):
    net = layers.settings(v)
    return {(net, first) for first in layers.firsts(net)}


def asked_of_births(v):
    right = {(v["at"], n, v["seed"]) for n in range(1, dying.WIDEST + 1)}
    return right | {(v["layers"], int(n), v["seed"]) for n in v["widths"]}


def asked_of_causes(v):
    run = dying_section.settings(Values(v))
    by_rate = {replace(run, learning_rate=rate) for rate in dying.RATES}
    return by_rate | {replace(run, bias_value=bias) for bias in dying.BIASES}


def asked_of_time(v):
    return {recurrent.recurrence(v, key) for key in recurrent.ACTIVATIONS}


DRAGS = [
    (
        compute.layer_piece,
        layers.PAGE,
        ("depth", "width", "sw2", "f", "batch"),
        asked_of_the_layers,
    ),
    (compute.born_dead, dying.PAGE, ("layers", "at", "seed"), asked_of_births),
    (compute.watched, dying.PAGE, ("depth", "width", "steps"), asked_of_causes),
    (recurrent_compute.through_time, recurrent.PAGE, ("gain", "steps", "inputs"), asked_of_time),
    (
        compute.chain_draws,
        chain.PAGE,
        ("f", "depth", "sigma", "x", "seed"),
        lambda v: {tuple(v[name] for name in ("f", "depth", "sigma", "x", "seed"))},
    ),
    (
        descent_compute.budgets,
        descent.PAGE,
        ("method", "kappa", "accuracy"),
        lambda v: {tuple(v[name] for name in ("method", "kappa", "accuracy"))},
    ),
]


@pytest.mark.parametrize(("function", "page", "names", "asked"), DRAGS)
def test_a_drag_from_end_to_end_finds_everything_again(function, page, names, asked):
    for settings in drags(page, *names):
        assert len(set().union(*map(asked, settings))) <= function.entries


def test_the_bytes_have_room_for_as_many_results_as_the_page_opens_with():
    run = dying_section.settings(Values(dying.PAGE.defaults()))
    opened = {
        compute.watched: compute.watched(run),
        compute.units_at_start: compute.units_at_start(
            replace(run, seeds=dying_section.STARTS, steps=1)
        ),
        compute.born_dead: compute.born_dead(20, 2, 1000, 0.0, 0),
        compute.chain_draws: compute.chain_draws("sigmoid", None, 30, 1.0, 10_000, 3, 1.0),
        recurrent_compute.through_time: recurrent_compute.through_time(
            recurrent.recurrence(recurrent.PAGE.defaults(), "tanh")
        ),
        descent_compute.paths: descent_compute.paths(
            ("bowl", 100, 0, "squared", "shallow"), (("adam", 0.1),), 100, 0.9, None
        ),
    }
    for function, result in opened.items():
        assert size(result) * function.entries <= function.size, function


def test_the_bytes_have_room_for_the_nets_of_every_depth():
    net = layers.settings(layers.PAGE.defaults())
    # Of deep nets fewer are measured at a time; the bytes of a net are the same for each layer.
    of_a_layer = size(compute.layer_piece(net, 0)) / (net.chunk() * net.depth)
    depths = layers.PAGE.control("depth").options
    assert of_a_layer * net.seeds * sum(depths) <= compute.layer_piece.size
