"""ReLU networks that are dead from birth: counted among random ones, and bounded by theory."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.seeds import stream

MAX_BORN_DEAD_COST = 300_000_000
"""Multiply-adds of one Monte Carlo run, about 2 s on one core."""

_CHUNK_NETS = 256
_CHUNK_WEIGHTS = 1 << 18


@dataclass(frozen=True)
class BornDead:
    """How many of `nets` random networks were born dead, with a binomial interval.

    `depth` is L, the number of layers, of which L − 1 are hidden; k of the networks were born dead,
    and low … high is the Wilson score interval of their share at the confidence `level`.
    """

    depth: int
    k: int
    nets: int
    share: float
    low: float
    high: float
    level: float


def born_dead_bound(depth: int, width: int) -> float:
    """Return Lu et al.'s upper bound on the probability that a ReLU network is born dead.

    P ≤ 1 − ∏_{l=1}^{L−1} (1 − 2^(−N_l)), for L layers of which L − 1 are hidden, all of N units
    here, weights from distributions symmetric about 0 and biases likewise or all zero (Lu, Shin,
    Su & Karniadakis 2020, Dying ReLU and initialization: theory and numerical examples). It is the
    exact probability that some hidden layer is off for one given input; being off for every input
    is rarer.
    """
    limits.whole("depth", depth, 1, 1_000_000)
    limits.whole("width", width, 1, 1_000_000)
    # log1p and expm1 keep the digits of a bound as small as 1e-300.
    if width == 1:
        return 1.0 - 0.5 ** (depth - 1)
    return -math.expm1((depth - 1) * math.log1p(-(2.0**-width)))


def wilson_interval(k: int, nets: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval for a binomial probability from k successes in `nets` trials.

    The ends solve (p − k/n)² = c²·p(1 − p)/n, c the normal quantile of the level (Wilson 1927).
    """
    limits.whole("nets", nets, 1)
    limits.whole("k", k, 0, nets)
    limits.real("level", level, 0.0, 1.0, above=True, below=True)
    c = NormalDist().inv_cdf(0.5 + 0.5 * level)
    centre = k + 0.5 * c * c
    half = c * math.sqrt(k * (nets - k) / nets + 0.25 * c * c)
    # At k = 0 and k = n an end is exactly 0 or 1, which rounding could miss.
    low = 0.0 if k == 0 else (centre - half) / (nets + c * c)
    high = 1.0 if k == nets else (centre + half) / (nets + c * c)
    return low, high


def born_dead_curve(
    depth: int,
    width: int,
    nets: int = 10_000,
    seed: int = 0,
    inputs: int = 2,
    d_in: int = 1,
    bias_std: float = 0.0,
    level: float = 0.95,
) -> tuple[BornDead, ...]:
    """Draw random ReLU networks and count those born dead, for every L = 2, 3, …, `depth`.

    Drawn: every weight from N(0, 2/fan_in), every bias from N(0, bias_std²) (0: all zero), each on
    its own; both symmetric about 0, as the bound's theorem asks. With zero biases the scale of the
    weights has no influence on the result. A network is counted as born dead when some hidden
    layer is off (z ≤ 0) for every one of `inputs` points, which makes its output constant on them.
    All L cut the same networks short, so the counts never fall with L.

    The points: for ``d_in = 1`` evenly spaced from −1 to 1 (a single one at 1); otherwise uniform
    in the cube [−1, 1]^d_in, drawn once. A layer off on finitely many points may be on elsewhere,
    so a sample counts slightly too many: with one point the probability equals
    `born_dead_bound`, and it falls towards that of the whole domain with more points. Without
    biases and with d_in = 1 the points ±1 decide for the whole line, since the network is linear
    on each side of 0, and nothing is over-counted.

    ValueError also if `born_dead_cost` exceeds `MAX_BORN_DEAD_COST`.
    """
    _check_born_dead(depth, width, nets, inputs, d_in, bias_std)
    points = _domain(seed, inputs, d_in)
    draws = _LayerDraws(seed, depth - 1, width, d_in, bias_std)
    deaths = np.zeros(depth - 1, dtype=np.int64)
    # Chunks bound the memory and keep a layer's weights in the cache.
    chunk = max(1, min(_CHUNK_NETS, _CHUNK_WEIGHTS // (width * max(width, d_in))))
    for first in range(0, nets, chunk):
        count = min(chunk, nets - first)
        layers = (draws.draw(layer, count) for layer in range(depth - 1))
        deaths += np.array(_deaths_by_layer(layers, points, count))
    return tuple(
        BornDead(layers, k, nets, k / nets, *wilson_interval(k, nets, level), level)
        for layers, k in enumerate(np.cumsum(deaths).tolist(), start=2)
    )


def born_dead_cost(depth: int, width: int, nets: int, inputs: int, d_in: int) -> int:
    """Return the work of `born_dead_curve` in multiply-adds, if no network died early."""
    return nets * inputs * (d_in * width + (depth - 2) * width * width)


def _check_born_dead(
    depth: int, width: int, nets: int, inputs: int, d_in: int, bias_std: float
) -> None:
    limits.whole("depth", depth, 2, 1_000)
    limits.whole("width", width, 1, 1_000)
    limits.whole("nets", nets, 1, 1_000_000)
    limits.whole("inputs", inputs, 1, 1_000)
    limits.whole("d_in", d_in, 1, 1_000)
    limits.real("bias_std", bias_std, 0.0, 1e6)
    cost = born_dead_cost(depth, width, nets, inputs, d_in)
    if cost > MAX_BORN_DEAD_COST:
        name = f"nets, for at most {MAX_BORN_DEAD_COST:,} multiply-adds,"
        limits.whole(name, nets, 0, nets * MAX_BORN_DEAD_COST // cost)


def _domain(seed: int, inputs: int, d_in: int) -> Array:
    """Return the points of the domain sample: shape (inputs, d_in), float32."""
    if d_in > 1:
        rng = stream(seed, "born dead", "inputs")
        return rng.uniform(-1.0, 1.0, (inputs, d_in)).astype(np.float32)
    if inputs == 1:
        return np.ones((1, 1), dtype=np.float32)
    return np.linspace(-1.0, 1.0, inputs, dtype=np.float32)[:, None]


class _LayerDraws:
    """The weights and biases of a sequence of random networks, one pair of streams per layer.

    So network i has the same weights whatever the depth, the inputs, the biases and the number of
    networks are.
    """

    def __init__(self, seed: int, hidden: int, width: int, d_in: int, bias_std: float) -> None:
        self.weights = [stream(seed, "born dead", "weights", layer) for layer in range(hidden)]
        self.biases = [stream(seed, "born dead", "biases", layer) for layer in range(hidden)]
        self.d_in, self.width, self.bias_std = d_in, width, bias_std

    def draw(self, layer: int, nets: int) -> tuple[Array, Array]:
        """Return the next `nets` networks' (nets, fan_in, N) weights and (nets, 1, N) biases.

        float32 halves the time; only the signs of what follows are used.
        """
        fan_in = self.width if layer else self.d_in
        weights = self.weights[layer].standard_normal((nets, fan_in, self.width), np.float32)
        weights *= np.float32(math.sqrt(2.0 / fan_in))
        if self.bias_std == 0.0:
            return weights, np.zeros((nets, 1, self.width), np.float32)
        biases = self.biases[layer].standard_normal((nets, 1, self.width), np.float32)
        biases *= np.float32(self.bias_std)
        return weights, biases


def _deaths_by_layer(layers: Iterable[tuple[Array, Array]], points: Array, nets: int) -> list[int]:
    """Return how many of the networks have their first dead layer at each hidden layer."""
    deaths = []
    alive = np.arange(nets)
    activations = np.broadcast_to(points, (nets, *points.shape))
    for weights, biases in layers:
        z = activations @ weights[alive]
        z += biases[alive]
        survives = np.any(z > 0.0, axis=(1, 2))
        # Dead networks stay dead: only the survivors are carried on.
        deaths.append(len(alive) - int(np.count_nonzero(survives)))
        alive = alive[survives]
        activations = np.maximum(z, 0.0)[survives]
    return deaths
