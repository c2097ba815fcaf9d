"""Small data sets to train on: six seeded toys and the real UCI optical digits."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.seeds import stream

SCALINGS = ("standardise", "unit", "raw")
MIN_SAMPLES, MAX_SAMPLES = 10, 5000
MAX_NOISE = 1.0
DIGITS_FILE = Path(__file__).parent / "data" / "digits.npz"
DIGITS_COUNT = 1797
DIGITS_WHITE = 16.0
BLOB_STD = 0.4

Labels = NDArray[np.int64]
Maker = Callable[[int, float, int], tuple[Array, NDArray[Any]]]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Inputs and targets, both read-only.

    Attributes
    ----------
    x : (N, d) float64
        Inputs, scaled as asked.
    y : (N,) int64 or float64
        Class labels 0 … classes − 1, or for regression the target.
    classes : int
        Number of classes; 0 for regression.
    """

    key: str
    name: str
    x: Array
    y: NDArray[Any]
    classes: int


@dataclass(frozen=True)
class _Recipe:
    name: str
    classes: int
    make: Maker


def _balanced_labels(classes: int, n: int, seed: int, key: str) -> Labels:
    """Give every class n/classes rows (to within one), in random order, shape (n,)."""
    labels: Labels = np.arange(n, dtype=np.int64) % classes
    return stream(seed, "data", key, "order").permutation(labels)


def _jitter(shape: tuple[int, ...], noise: float, seed: int, key: str) -> Array:
    """Draw N(0, noise²); the same draw, scaled, at every noise."""
    return noise * stream(seed, "data", key, "noise").standard_normal(shape)


def _uniform(shape: tuple[int, ...], seed: int, key: str) -> Array:
    return stream(seed, "data", key, "position").random(shape)


def _polar(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _spirals(n: int, noise: float, seed: int) -> tuple[Array, Labels]:
    """Two arms r = θ/π of 1½ turns, half a turn apart; the gap between them is 1."""
    y = _balanced_labels(2, n, seed, "spirals")
    # The square root spreads the points evenly along the arm instead of crowding its centre.
    radius = 3.0 * np.sqrt(_uniform((n,), seed, "spirals"))
    x = _polar(radius, np.pi * (radius + y))
    return x + _jitter(x.shape, noise, seed, "spirals"), y


def _circles(n: int, noise: float, seed: int) -> tuple[Array, Labels]:
    """Two circles about the origin: radius 1 (class 0) and 2 (class 1)."""
    y = _balanced_labels(2, n, seed, "circles")
    x = _polar(1.0 + y, 2 * np.pi * _uniform((n,), seed, "circles"))
    return x + _jitter(x.shape, noise, seed, "circles"), y


def _xor(n: int, noise: float, seed: int) -> tuple[Array, Labels]:
    """Four squares of side 0.9 around the origin; class 1 where the coordinates' signs differ."""
    corner = _balanced_labels(4, n, seed, "xor")
    signs = np.stack([1 - 2 * (corner % 2), 1 - 2 * (corner // 2)], axis=1)
    x = signs * (0.1 + 0.9 * _uniform((n, 2), seed, "xor"))
    y = (corner % 2) ^ (corner // 2)
    return x + _jitter(x.shape, noise, seed, "xor"), y


def _moons(n: int, noise: float, seed: int) -> tuple[Array, Labels]:
    """Two half circles of radius 1; the second is turned over and moved by (1, ½)."""
    y = _balanced_labels(2, n, seed, "moons")
    x = _polar(np.ones(n), np.pi * _uniform((n,), seed, "moons"))
    x = np.where(y[:, None] == 0, x, np.array([1.0, 0.5]) - x)
    return x + _jitter(x.shape, noise, seed, "moons"), y


def _blobs(n: int, noise: float, seed: int) -> tuple[Array, Labels]:
    """Three Gaussian clouds, standard deviation √(0.4² + noise²), centres 2 from the origin."""
    y = _balanced_labels(3, n, seed, "blobs")
    centres = _polar(np.full(n, 2.0), np.pi / 2 + 2 * np.pi / 3 * y)
    return centres + _jitter((n, 2), float(np.hypot(BLOB_STD, noise)), seed, "blobs"), y


def _wave(n: int, noise: float, seed: int) -> tuple[Array, Array]:
    """One input x in [−2, 2]; target sin(πx) plus noise."""
    x = 4.0 * _uniform((n, 1), seed, "wave") - 2.0
    return x, np.sin(np.pi * x[:, 0]) + _jitter((n,), noise, seed, "wave")


@lru_cache(maxsize=1)
def _digits_file() -> tuple[Array, Labels]:
    """Read the stored digits once: pixels (1797, 64) from 0 to 16, labels (1797,)."""
    with np.load(DIGITS_FILE, allow_pickle=False) as file:
        return file["pixels"].astype(np.float64), file["labels"].astype(np.int64)


def _digits(n: int, noise: float, seed: int) -> tuple[Array, Labels]:
    """Choose n of the images at random, every class in proportion, in the order of the file."""
    pixels, labels = _digits_file()
    rng = stream(seed, "data", "digits", "order")
    # Each image's place in its shuffled class, from 0 to 1: the n smallest are a stratified choice.
    place = np.empty(len(labels))
    for label in range(10):
        rows = rng.permutation(np.flatnonzero(labels == label))
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    chosen = np.sort(np.argsort(place, kind="stable")[:n])
    return pixels[chosen], labels[chosen]


_RECIPES = {
    "spirals": _Recipe("Two spirals", 2, _spirals),
    "circles": _Recipe("Circles", 2, _circles),
    "xor": _Recipe("XOR", 2, _xor),
    "moons": _Recipe("Moons", 2, _moons),
    "blobs": _Recipe("Three blobs", 3, _blobs),
    "wave": _Recipe("Wave (regression)", 0, _wave),
    # Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
    # Repository, doi:10.24432/C50P49, CC BY 4.0
    "digits": _Recipe("Handwritten digits (real)", 10, _digits),
}
KEYS = tuple(_RECIPES)


def sample_limits(key: str) -> tuple[int, int]:
    """Return the smallest and largest `samples` that `load(key, …)` accepts."""
    limits.one_of("key", key, KEYS)
    return MIN_SAMPLES, DIGITS_COUNT if key == "digits" else MAX_SAMPLES


def classes_of(key: str) -> int:
    """Return the number of classes of a data set; 0 for regression."""
    limits.one_of("key", key, KEYS)
    return _RECIPES[key].classes


def load(
    key: str,
    samples: int = 400,
    noise: float = 0.1,
    seed: int = 0,
    scaling: str = "standardise",
) -> Dataset:
    """Make or read a data set; the same arguments give the same bits.

    Parameters
    ----------
    samples : int
        Rows, within `sample_limits(key)`. Toys hold every class equally often (to within one
        row); digits are a random choice by `seed`, every class in proportion (to within one row),
        and all 1,797 in the order of the file when `samples` is 1797.
    noise : float
        Standard deviation added to each coordinate, 0 to 1, in the units of the raw data, whose
        classes lie about 1 apart ("wave": added to the target). Digits ignore it. Data sets that
        differ only in noise share all draws.
    scaling : {"standardise", "unit", "raw"}
        standardise: mean 0 and standard deviation 1 per feature over the rows returned, features
        that never vary are 0; unit: onto [0, 1], per feature from its smallest to its largest
        value (digits: pixel / 16); raw: as they are. Regression targets are never scaled.
    """
    limits.whole("samples", samples, *sample_limits(key))
    limits.real("noise", noise, 0.0, MAX_NOISE)
    limits.one_of("scaling", scaling, SCALINGS)
    recipe = _RECIPES[key]
    raw, y = recipe.make(samples, noise, seed)
    x = _scale(raw, scaling, white=DIGITS_WHITE if key == "digits" else None)
    x.setflags(write=False)
    y.setflags(write=False)
    return Dataset(key, recipe.name, x, y, recipe.classes)


def _scale(x: Array, scaling: str, white: float | None) -> Array:
    """Scale features (columns of x); `white` is the known top of the range where there is one."""
    if scaling == "raw":
        return x
    if scaling == "standardise":
        low, size = x.mean(axis=0), x.std(axis=0)
    elif white is not None:
        return x / white
    else:
        low, size = x.min(axis=0), np.ptp(x, axis=0)
    scaled: Array = (x - low) / np.where(size == 0, 1.0, size)
    return scaled
