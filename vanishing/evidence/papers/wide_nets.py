"""Mean-field theory of wide nets (Schoenholz et al., Yang et al.), as cards."""

import math
from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations
from vanishing.engine.wide import criticality
from vanishing.engine.wide.layers import Settings, starts
from vanishing.evidence.expected import about, factor
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Card, Planted
from vanishing.evidence.trying import in_turn

BIAS = 0.05
CRITICAL = Settings(
    data="random",
    activation="tanh",
    initializer="scaled",
    weight_variance=1.76,
    bias_variance=BIAS,
    depth=30,
    width=256,
    samples=20,
)
SIGMOID = replace(CRITICAL, activation="sigmoid", weight_variance=1.0, bias_variance=0.0, depth=12)
ORDERED = replace(CRITICAL, weight_variance=1.0)
NORMALIZED = Settings(
    data="random",
    activation="relu",
    initializer="he_normal",
    normalization="batch",
    depth=8,
    width=1000,
    samples=256,
    seeds=3,
)
SETTLED = 4
"""Layers after which q has settled, before which nothing is compared."""
PAPER = "Schoenholz et al. 2017: Deep information propagation"


def _relative(settings: Settings, seed: int) -> Generator[float, None, Array]:
    """Measure ∂J/∂z by layer, (S, L), relative to the last hidden layer."""
    nets = yield from in_turn(starts, seed, nets=settings)
    return nets["nets"].measured.relative("delta")


def _per_layer(relative: Array, first: int = SETTLED) -> Array:
    """Return each net's factor per layer, from the layer of index `first` to the last."""
    root: Array = relative[:, first] ** (1 / (relative.shape[1] - 1 - first))
    return root


def _picture(relative: Array, told: float, name: str, kind: str = "derived") -> Picture:
    """Show the gradient by layer beside one that each layer multiplies by what is told."""
    layers = np.arange(1.0, relative.shape[1] + 1)
    lines = (
        line("measured", layers, relative),
        line(name, layers, told ** (layers[-1] - layers), kind),
    )
    return Picture("Layer", "∂J/∂z, last hidden layer = 1", lines, log_y=True)


def critical(seed: int) -> Iterator[float | Finding]:
    """Find tanh's critical weight variance, and measure a net there."""
    relative = yield from _relative(CRITICAL, seed)
    weights, biases = np.array(criticality.critical_line(activations.get("tanh"))).T[:2]
    rising = biases.argsort()
    scale = np.interp(BIAS, biases[rising], weights[rising])
    yield Finding(
        {"scale": figure(scale), "factor": figure(_per_layer(relative))},
        _picture(relative, 1.0, "χ = 1"),
    )


def sigmoid_factor(seed: int) -> Iterator[float | Finding]:
    """Measure the factor per layer of wide sigmoid nets."""
    relative = yield from _relative(SIGMOID, seed)
    yield Finding(
        {"factor": figure(_per_layer(relative))}, _picture(relative, 0.236, "0.236 per layer")
    )


def depth_scale(seed: int) -> Iterator[float | Finding]:
    """Measure over how many layers the squared gradient of tanh nets falls e-fold."""
    relative = yield from _relative(ORDERED, seed)
    scales = -1 / (2 * np.log(_per_layer(relative)))
    told = math.exp(-1 / (2 * _depth_scale()))
    yield Finding(
        {"scale": figure(scales, "layers")}, _picture(relative, told, "e-fold every ξ layers")
    )


def _depth_scale() -> float:
    return criticality.depth_scale(activations.get("tanh"), ORDERED.weight_variance, BIAS)


def explosion(seed: int) -> Iterator[float | Finding]:
    """Measure how the gradient of batch-normalised ReLU nets grows per layer."""
    relative = yield from _relative(NORMALIZED, seed)
    growth = _per_layer(relative, 0) ** 2
    told = math.sqrt(math.pi / (math.pi - 1))
    yield Finding(
        {"growth": figure(growth, ends=(0, 1))},
        _picture(relative, told, "√1.467 per layer", "published"),
    )


CARDS: tuple[Card, ...] = (
    Card(
        key="schoenholz-critical",
        title="tanh's critical weight scale",
        says="For tanh with bias variance 0.05 gradients neither vanish nor explode at weight "
        "variance 1.76/fan-in.",
        conditions=f"Critical line by quadrature; {CRITICAL.seeds} nets of {CRITICAL.depth} "
        f"layers, {CRITICAL.width} units, random inputs, layers 5 to 30. Band: 10–90 % of the "
        "nets.",
        figures={
            "scale": "Critical n·Var(w) at Var(b) = 0.05",
            "factor": "Factor per layer measured",
        },
        page="layers",
        settings={"f": "tanh", "init": "scaled", "sw2": 1.76, "sb2": 0.05, "depth": 30},
        experiment=critical,
        budget=8.0,
        planted=Planted("every derivative 10 % too small", misses=("scale", "factor")),
        paper=PAPER,
        where="figures on the critical line, tanh, Var(b) = 0.05",
        published=(about("scale", 1.76, within=0.01, basis="the digits given"),),
        derived=(about("factor", 1, within=0.02, basis="χ = 1; 256 units are finite"),),
    ),
    Card(
        key="schoenholz-sigmoid",
        title="Sigmoid's factor per layer",
        says="A wide sigmoid net with N(0, 1/n) weights and no biases multiplies the gradient by "
        "√χ₁ = 0.236 per layer.",
        conditions=f"{SIGMOID.seeds} nets of {SIGMOID.depth} layers, {SIGMOID.width} units, random "
        "inputs, layers 5 to 12. Band: 10–90 % of the nets.",
        figures={"factor": "Factor per layer"},
        page="layers",
        settings={"f": "sigmoid", "init": "scaled", "sw2": 1.0, "depth": 12, "width": 256},
        experiment=sigmoid_factor,
        budget=4.0,
        planted=Planted("every derivative 10 % too small", misses=("factor",)),
        paper=PAPER,
        where="χ₁ = n·Var(w) E[f′(√q* z)²], eq. 5, evaluated",
        derived=(about("factor", 0.236, within=0.005, basis="√χ₁; 256 units are finite"),),
    ),
    Card(
        key="schoenholz-depth",
        title="The depth scale of gradients",
        says="Away from criticality the squared gradient changes e-fold every ξ = −1/ln χ₁ layers.",
        conditions=f"{ORDERED.seeds} tanh nets of {ORDERED.depth} layers, {ORDERED.width} units, "
        "n·Var(w) = 1, Var(b) = 0.05, random inputs, layers 5 to 30. Band: 10–90 % of the nets.",
        figures={"scale": "Layers per e-fold of the squared gradient"},
        page="layers",
        settings={"f": "tanh", "init": "scaled", "sw2": 1.0, "sb2": 0.05, "depth": 30},
        experiment=depth_scale,
        budget=8.0,
        planted=Planted("every derivative 10 % too small", misses=("scale",)),
        paper=PAPER,
        where="the section on gradients: depth scale of back-propagation; ξ by our quadrature",
        derived=(
            factor(
                "scale",
                _depth_scale(),
                times=1.1,
                unit="layers",
                basis="−1/ln χ₁ by quadrature; 256 units are finite",
            ),
        ),
    ),
    Card(
        key="yang-explosion",
        title="Batch norm makes gradients explode",
        says="In a batch-normalised ReLU net at initialisation the gradient's variance grows by "
        "about 1.467 per layer.",
        conditions=f"{NORMALIZED.seeds} nets of {NORMALIZED.depth} layers, {NORMALIZED.width:,} "
        f"units, batch {NORMALIZED.samples}, unrelated inputs. Band: all nets.",
        figures={"growth": "Growth of ∂J/∂z's variance per layer"},
        page="layers",
        settings={
            "f": "relu",
            "init": "he_normal",
            "norm": "batch",
            "depth": 20,
            "data": "random",
            "batch": 256,
        },
        experiment=explosion,
        budget=20.0,
        planted=Planted("every derivative 10 % too small", misses=("growth",)),
        paper="Yang et al. 2019: A mean field theory of batch normalization",
        where="ReLU with batch normalisation: π/(π − 1)",
        published=(
            about("growth", math.pi / (math.pi - 1), within=0.03, basis="finite width and batch"),
        ),
    ),
)
