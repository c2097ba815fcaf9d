from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import numpy as np
import pytest

from vanishing.concepts.home import gradients, table
from vanishing.concepts.home.scenes import PAGE, needs

RELATIVE = 1e-6
"""Another processor rounds otherwise."""


def alike(one, other):
    """Tell whether two depths' nets are the same but for rounding."""
    return all(
        a == b
        if isinstance(a, str)
        else a.shape == b.shape and np.allclose(a, b, rtol=RELATIVE, atol=0.0)
        for name in table.NETS
        for a, b in zip(asdict(one[name]).values(), asdict(other[name]).values(), strict=True)
    )


def test_the_slider_computes_nothing():
    for depth in PAGE.control("depth").options:
        assert needs(PAGE.values({"depth": depth})) == {}


def test_every_value_of_the_slider_is_there():
    shipped = gradients.read()
    assert tuple(shipped) == PAGE.control("depth").options
    for depth, nets in shipped.items():
        assert tuple(nets) == tuple(table.NETS)
        for net in nets.values():
            for values in (net.low, net.median, net.high, net.theory):
                assert values.shape == (depth,)
                assert np.isfinite(values).all()
                assert values[-1] == 1.0


def test_the_file_is_small():
    assert gradients.FILE.stat().st_size <= 200_000


@pytest.mark.parametrize("depth", [1, 2, 5, 12, 23, 40])
def test_a_sample_of_it_can_be_recomputed(depth):
    assert alike(gradients.at(depth), gradients.measure(depth))


@pytest.mark.parametrize("field", ["low", "median", "high", "theory"])
@pytest.mark.parametrize("name", table.NETS)
def test_a_wrong_number_would_be_seen(name, field):
    right = gradients.at(12)
    values = getattr(right[name], field).copy()
    values[3] *= 1 + 1e-5
    assert not alike({**right, name: replace(right[name], **{field: values})}, right)


def test_a_wrong_word_would_be_seen():
    right = gradients.at(40)
    assert right["ReLU, He"].gap
    assert not alike({**right, "ReLU, He": replace(right["ReLU, He"], gap="")}, right)


def test_what_is_written_is_read_again(tmp_path):
    file = tmp_path / "gradients.npz"
    gradients.write(map(gradients.at, gradients.DEPTHS), file)
    again = gradients.read(file)
    for depth in gradients.DEPTHS:
        for name, net in gradients.at(depth).items():
            np.testing.assert_equal(asdict(again[depth][name]), asdict(net))


@pytest.mark.parametrize("changed", ["SEEDS", "WIDTH", "IMAGES"])
def test_a_file_of_other_nets_is_refused(monkeypatch, changed):
    monkeypatch.setattr(table, changed, getattr(table, changed) + 1)
    with pytest.raises(ValueError, match=r"made of other nets.*python -m vanishing"):
        gradients.read()


def test_a_file_of_other_depths_is_refused(monkeypatch):
    monkeypatch.setattr(gradients, "DEPTHS", gradients.DEPTHS[:-1])
    with pytest.raises(ValueError, match="made of other nets"):
        gradients.read()


def test_it_is_read_once_by_many_at_a_time(monkeypatch):
    read, times = gradients.read, []

    def counted():
        times.append(1)
        return read()

    monkeypatch.setattr(gradients, "read", counted)
    gradients._shipped.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(gradients.at, [7] * 40))
    assert len(times) == 1
    assert all(one is found[0] for one in found)
