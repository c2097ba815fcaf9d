"""Data sets: the geometry is the stated one, draws repeat, and the digits are the real ones."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from vanishing.engine.nets import datasets
from vanishing.engine.nets.datasets import KEYS, load

TOYS = [key for key in KEYS if key != "digits"]


def clean(key, samples=600, seed=3):
    return load(key, samples=samples, noise=0.0, seed=seed, scaling="raw")


def true_label(key, x):
    """The rule that the points are made by, read back from the coordinates."""
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    if key == "spirals":
        return np.round((angle / np.pi - radius) % 2).astype(int) % 2
    if key == "circles":
        return (radius > 1.5).astype(int)
    if key == "xor":
        return (x[:, 0] * x[:, 1] < 0).astype(int)
    if key == "moons":
        on_second = np.abs(np.hypot(x[:, 0] - 1, x[:, 1] - 0.5) - 1) < np.abs(radius - 1)
        return on_second.astype(int)
    centres = 2 * np.exp(1j * (np.pi / 2 + 2 * np.pi / 3 * np.arange(3)))
    return np.argmin(np.abs((x[:, 0] + 1j * x[:, 1])[:, None] - centres), axis=1)


@pytest.mark.parametrize("key", ["spirals", "circles", "xor", "moons", "blobs"])
def test_true_rule_separates_the_classes_without_noise(key):
    data = clean(key)
    np.testing.assert_array_equal(true_label(key, data.x), data.y)


def test_wrong_rule_would_be_noticed():
    data = clean("circles")
    assert np.mean(true_label("xor", data.x) == data.y) < 0.7


@pytest.mark.parametrize("key", ["spirals", "circles", "xor", "moons", "blobs"])
@pytest.mark.parametrize("samples", [10, 101, 600])
def test_toy_classes_are_balanced(key, samples):
    data = clean(key, samples)
    counts = np.bincount(data.y, minlength=data.classes)
    assert data.x.shape == (samples, 2)
    # xor deals its points to four corners, so its two classes may differ by two.
    assert np.ptp(counts) <= (2 if key == "xor" else 1)


def test_radii():
    circles, spirals = clean("circles"), clean("spirals")
    np.testing.assert_allclose(np.hypot(*circles.x.T), 1 + circles.y, atol=1e-12)
    radius = np.hypot(*spirals.x.T)
    assert 2.9 < radius.max() <= 3
    # Evenly spread along an arm: r² is uniform, so its median is half of 3².
    assert np.median(radius**2) == pytest.approx(4.5, abs=0.5)


def test_blobs_have_the_stated_standard_deviation():
    for noise in (0.0, 0.3):
        data = load("blobs", samples=5000, noise=noise, scaling="raw")
        spread = np.mean([data.x[data.y == k].std(axis=0) for k in range(3)])
        assert spread == pytest.approx(np.hypot(0.4, noise), rel=0.03)


def test_wave_is_the_sine_plus_noise():
    quiet = clean("wave")
    np.testing.assert_allclose(quiet.y, np.sin(np.pi * quiet.x[:, 0]), atol=1e-12)
    assert quiet.classes == 0
    assert quiet.y.dtype == np.float64
    noisy = load("wave", samples=5000, noise=0.25, scaling="raw")
    assert np.std(noisy.y - np.sin(np.pi * noisy.x[:, 0])) == pytest.approx(0.25, rel=0.03)


@pytest.mark.parametrize("key", ["spirals", "circles", "xor", "moons"])
def test_noise_has_the_stated_size_and_shares_its_draw(key):
    base = load(key, samples=5000, noise=0.0, scaling="raw").x
    small = load(key, samples=5000, noise=0.1, scaling="raw").x - base
    large = load(key, samples=5000, noise=0.2, scaling="raw").x - base
    assert small.std() == pytest.approx(0.1, rel=0.03)
    np.testing.assert_allclose(large, 2 * small, atol=1e-14)


@pytest.mark.parametrize("key", KEYS)
def test_same_seed_same_bits_other_seed_other_data(key):
    first, again, other = (load(key, samples=100, seed=s) for s in (5, 5, 6))
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x)


@pytest.mark.parametrize("key", KEYS)
def test_arrays_are_read_only_and_labels_are_in_range(key):
    data = load(key, samples=50)
    for array in (data.x, data.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert data.x.dtype == np.float64
    assert data.x.shape == (50, {"wave": 1, "digits": 64}.get(key, 2))
    if data.classes:
        assert data.y.dtype == np.int64
        assert set(data.y) == set(range(data.classes))


@pytest.mark.parametrize("key", KEYS)
def test_scalings(key):
    raw = load(key, samples=300, scaling="raw").x
    standard = load(key, samples=300, scaling="standardise").x
    unit = load(key, samples=300, scaling="unit").x
    varies = raw.std(axis=0) > 0
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(standard[:, varies].std(axis=0), 1, rtol=1e-13)
    assert np.all(standard[:, ~varies] == 0)
    assert unit.min() == 0
    assert unit.max() == 1
    if key == "digits":
        np.testing.assert_array_equal(unit, raw / 16)
        assert not varies.all()
    else:
        np.testing.assert_array_equal(unit.min(axis=0), 0)
        np.testing.assert_array_equal(unit.max(axis=0), 1)


def test_digits_are_scikit_learns_digits_exactly():
    data = load("digits", samples=1797, scaling="raw")
    reference = load_digits()
    np.testing.assert_array_equal(data.x, reference.data)
    np.testing.assert_array_equal(data.y, reference.target)
    np.testing.assert_array_equal(data.x[7].reshape(8, 8), reference.images[7])


@pytest.mark.parametrize("samples", [10, 100, 400, 1796])
def test_digit_subsets_are_stratified_and_real(samples):
    data = load("digits", samples=samples, seed=2, scaling="raw")
    share = np.bincount(load_digits().target) / 1797
    assert np.all(np.abs(np.bincount(data.y, minlength=10) - samples * share) <= 1)
    known = {
        (row.tobytes(), label) for row, label in zip(*load_digits(return_X_y=True), strict=True)
    }
    assert all((row.tobytes(), label) in known for row, label in zip(data.x, data.y, strict=True))


def test_digits_ignore_noise():
    quiet, loud = (load("digits", samples=50, noise=noise) for noise in (0.0, 1.0))
    np.testing.assert_array_equal(quiet.x, loud.x)


def test_digits_file_is_small_and_carries_its_licence():
    assert datasets.DIGITS_FILE.stat().st_size < 100_000
    notice = datasets.DIGITS_FILE.with_suffix(".txt").read_text(encoding="utf-8")
    for part in ("Alpaydin", "Kaynak", "1998", "UCI Machine Learning Repository", "CC BY 4.0"):
        assert part in notice


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"key": "mnist"}, "key must be one of spirals, .*, got 'mnist'"),
        ({"samples": 9}, "samples must be a whole number from 10 to 5,000, got 9"),
        ({"samples": 5001}, "samples must be .*, got 5001"),
        (
            {"key": "digits", "samples": 1798},
            "samples must be a whole .* 10 to 1,797, got 1798",
        ),
        ({"noise": -0.1}, "noise must be from 0 to 1, got -0.1"),
        ({"noise": float("nan")}, "noise must be from 0 to 1, got nan"),
        ({"scaling": "whiten"}, "scaling must be one of standardise, unit, raw, got 'whiten'"),
    ],
)
def test_wrong_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        load(**{"key": "moons", **wrong})


def test_sample_limits():
    assert datasets.sample_limits("digits") == (10, 1797)
    assert datasets.sample_limits("xor") == (10, 5000)
    with pytest.raises(ValueError, match=r"key must be one of .*, got 'iris'"):
        datasets.sample_limits("iris")
