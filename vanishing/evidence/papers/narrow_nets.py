"""What chance does to narrow ReLU nets (Lu et al., Hanin), as cards."""

import math
from collections.abc import Iterator

import numpy as np

from vanishing.engine.dead import born
from vanishing.engine.nets import activations, heads, initializers, network
from vanishing.engine.seeds import stream
from vanishing.evidence.expected import about, at_most, factor
from vanishing.evidence.finding import Figure, Finding, Line, Picture, figure, line
from vanishing.evidence.model import Card, Planted

BOUND = {2: 0.925, 3: 0.699, 5: 0.249, 10: 0.009}
LAYERS, DRAWN = 10, 4000
SEEN = 10
UNITS, DEPTH, NETS, PIECE = 50, 10, 2000, 100
GROWN = (1 + 5 / UNITS) ** DEPTH
"""The second moment of the squared length in the last layer."""


def born_dead(seed: int) -> Iterator[float | Finding]:
    """Count ReLU nets that are off for one input, and for several, before training."""
    found = {}
    for width in BOUND:
        for inputs in (1, SEEN):
            found[width, inputs] = born.born_dead_curve(LAYERS, width, DRAWN, seed, inputs)[-1]
            yield len(found) / (2 * len(BOUND))
    one = {width: found[width, 1].share for width in BOUND}
    several = {width: found[width, SEEN] for width in BOUND}
    shares, low, high = zip(*((n.share, n.low, n.high) for n in several.values()), strict=True)
    lines = (
        Line(f"off for all {SEEN} inputs", tuple(map(float, BOUND)), shares, low, high),
        line("off for one input", list(BOUND), list(one.values())),
        line("from Lu et al. 2020", list(BOUND), list(BOUND.values()), "derived"),
    )
    yield Finding(
        {
            **{f"all{k}": Figure(n.share, n.low, n.high, "%") for k, n in several.items()},
            **{f"one{width}": figure(share, "%") for width, share in one.items()},
        },
        Picture("Units per layer", "Share of nets born dead", lines),
    )


def lengths(seed: int) -> Iterator[float | Finding]:
    """Follow the squared length of one input through many narrow ReLU nets."""
    x = stream(seed, "card", "input").normal(0, 1, (1, UNITS))
    relu, head, he = activations.get("relu"), heads.get("linear"), initializers.get("he_normal")
    pieces = []
    for start in range(0, NETS, PIECE):
        first = seed * NETS + start
        parameters = network.initialize(
            (UNITS,) * (DEPTH + 1) + (1,), he, initializers.Bias(), range(first, first + PIECE)
        )
        hidden = network.forward(parameters, x, relu, head).activations[:-1]
        pieces.append(np.stack([(each**2).mean(axis=(1, 2)) for each in hidden], axis=1))
        yield (start + PIECE) / NETS
    ratio = np.concatenate(pieces) / (x**2).mean()
    layers = np.arange(1, DEPTH + 1)
    lines = (
        line("median", layers, ratio),
        line("mean", layers, ratio.mean(axis=0)),
        line("second moment", layers, (ratio**2).mean(axis=0)),
        line("(1 + 5/n)ᴸ", layers, (1 + 5 / UNITS) ** layers, "derived"),
    )
    last = ratio[:, -1]
    yield Finding(
        {
            "mean": figure(last.mean()),
            "second": figure((last**2).mean()),
            "median": figure(last),
        },
        Picture("Layer", "Squared length, at first 1", lines),
    )


CARDS: tuple[Card, ...] = (
    Card(
        key="lu-born-dead",
        title="ReLU nets born dead",
        says="A ReLU net of 10 layers is born dead with a probability of at most 0.925, 0.699, "
        "0.249 and 0.009 for 2, 3, 5 and 10 units a layer.",
        conditions=f"{DRAWN:,} nets of {LAYERS} layers ({LAYERS - 1} hidden) per width, one input "
        f"feature, no biases; dead: a layer off for all of {SEEN} inputs. For a single input the "
        "bound is exact. Band: Wilson's 95 % interval.",
        figures={
            **{f"all{width}": f"Born dead, {width} units a layer" for width in BOUND},
            **{f"one{width}": f"Off for a single input, {width} units" for width in BOUND},
        },
        page="dying",
        settings={"view": "born", "layers": 20, "at": 10, "widths": ("2", "3", "5", "10")},
        experiment=born_dead,
        budget=8.0,
        planted=Planted(
            "nets three layers deeper", misses=("all2", "all3", "one2", "one3", "one5")
        ),
        paper="Lu et al. 2020: Dying ReLU and initialization",
        where="the theorem on the probability of being born dead, 1 − ∏ (1 − 2^(−N)), evaluated",
        derived=(
            *(
                at_most(f"all{width}", bound, unit="%", basis="the bound", by_band=True)
                for width, bound in BOUND.items()
            ),
            *(
                about(
                    f"one{width}",
                    bound,
                    within=round(4 * math.sqrt(bound * (1 - bound) / DRAWN) + 0.0005, 3),
                    unit="%",
                    basis="exact for one input; four standard errors",
                )
                for width, bound in BOUND.items()
            ),
        ),
    ),
    Card(
        key="hanin-lengths",
        title="Mean lengths stay, typical ones shrink",
        says="With variance 2/fan-in the mean squared length of the signal stays 1, but its second "
        "moment is about (1 + 5/n)ᴸ: the median shrinks.",
        conditions=f"{NETS:,} nets of {DEPTH} ReLU layers, {UNITS} units, He's weights, one random "
        "input. Band: 10–90 % of the nets.",
        figures={
            "mean": "Mean of the squared length",
            "second": "Mean of its square",
            "median": "Median of the squared length",
        },
        page="layers",
        settings={"f": "relu", "init": "he_normal", "width": 64, "depth": 10, "view": "size"},
        experiment=lengths,
        budget=8.0,
        planted=Planted("weights 10 % too small", misses=("mean", "second", "median")),
        paper="Hanin 2018: Which neural net architectures give rise to exploding and vanishing "
        "gradients?",
        where="the theorem on moments, with Σ 1/n as its exponent; its constant by us",
        derived=(
            about("mean", 1, within=0.12, basis="kept; four standard errors"),
            factor("second", GROWN, times=1.4, basis="(1 + 5/n)ᴸ; rare large nets decide it"),
            factor("median", GROWN**-0.5, times=1.2, basis="log-normal with that second moment"),
        ),
    ),
)
