"""Nielsen 2015: how fast the layers of a sigmoid net learn."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations, heads, initializers, measures
from vanishing.engine.nets.initializers import Bias
from vanishing.engine.nets.network import backward, forward, initialize
from vanishing.engine.seeds import stream
from vanishing.evidence.expected import in_band
from vanishing.evidence.finding import Finding, Picture, figure, line
from vanishing.evidence.model import Card, Planted

IMAGES, PIXELS, UNITS, CLASSES = 1000, 784, 30, 10
LIT = 0.19
"""Share of pixels that are not black, in MNIST and in its stand-in."""
SHADES = (0.585, 0.265)
"""Their beta distribution: it gives all pixels MNIST's mean 0.131 and standard deviation 0.308."""
NETWORKS, TOGETHER = 100, 5
SPAN = (0.025, 0.975)
"""The band, in shares of the networks: where one draw lies 19 times out of 20."""

PUBLISHED = {
    2: (0.0657, 0.3092),
    3: (0.0118, 0.0600, 0.2831),
    4: (0.0030, 0.0171, 0.0695, 0.2851),
}
"""Hidden layers -> ‖∂C/∂b‖ of each, first layer first, in one net."""

PLANTED = {
    2: ("every derivative three times too small", None, ("layer1", "layer2")),
    3: ("every derivative halved", None, ("layer1", "layer2", "layer3")),
    4: ("every derivative halved", None, ("layer1", "layer2", "layer3", "layer4")),
}
"""An error planted in the engine, and what it does."""

WORDS = {2: "two", 3: "three", 4: "four"}


def stand_in(seed: int) -> tuple[Array, NDArray[np.int64]]:
    """Return images (1000, 784) as sparse and as bright as MNIST's, and labels, both by lot."""
    rng = stream(seed, "stand-in for MNIST")
    lit = rng.random((IMAGES, PIXELS)) < LIT
    images = np.where(lit, rng.beta(*SHADES, (IMAGES, PIXELS)), 0.0)
    return images, rng.integers(0, CLASSES, IMAGES)


def speeds(hidden: int, seed: int) -> Iterator[Array]:
    """Yield ‖∂C/∂b‖ in the hidden layers of a few fresh nets at a time, (5, layers)."""
    images, labels = stand_in(seed)
    head, sigmoid = heads.get("sigmoid"), activations.get("sigmoid")
    targets = head.encode(labels, CLASSES)
    widths = (PIXELS, *[UNITS] * hidden, CLASSES)
    lecun, bias = initializers.get("lecun_normal"), Bias("normal", 1.0)
    for first in range(NETWORKS * seed, NETWORKS * (seed + 1), TOGETHER):
        parameters = initialize(widths, lecun, bias, range(first, first + TOGETHER))
        trace = forward(parameters, images, sigmoid, head)
        gradients = backward(parameters, trace, targets, head)
        yield measures.norms(gradients.biases[:-1])


def layer_speeds(hidden: int, seed: int) -> Iterator[float | Finding]:
    """Measure how fast each hidden layer starts to learn, in many fresh nets."""
    pieces = []
    for piece in speeds(hidden, seed):
        pieces.append(piece)
        yield TOGETHER * len(pieces) / NETWORKS
    found, layers = np.concatenate(pieces), range(1, hidden + 1)
    lines = (
        line("measured", layers, found, ends=SPAN),
        line("Nielsen, one net", layers, PUBLISHED[hidden], "published"),
    )
    yield Finding(
        {f"layer{k}": figure(found[:, k - 1], ends=SPAN) for k in layers},
        Picture("Hidden layer, first to last", "Size of the gradient, ‖∂C/∂b‖", lines, log_y=True),
    )


def _card(hidden: int) -> Card:
    shape = ", ".join(str(n) for n in (PIXELS, *[UNITS] * hidden, CLASSES))
    sizes = ", ".join(f"{size:.4f}" for size in PUBLISHED[hidden])
    return Card(
        key=f"nielsen-{hidden}",
        title=f"Layers of a sigmoid net, {WORDS[hidden]} hidden",
        says=f"Before training, the gradient for the biases of a net with {WORDS[hidden]} hidden "
        f"layers has the sizes {sizes}: the first layer learns slowest.",
        conditions=f"Sigmoid net [{shape}], W ~ N(0, 1/fan-in), b ~ N(0, 1), cross-entropy, "
        f"{IMAGES:,} images in one batch. Nielsen's images are MNIST's, which are not shipped: "
        f"these are a stand-in, random pixels of which {100 * LIT:g} % are not black, as there, "
        f"labels by lot. ‖mean over the images of ∂C/∂b‖ at the start. {NETWORKS} networks; band: "
        "the middle 95 % of them.",
        figures={f"layer{k}": f"‖∂C/∂b‖ of hidden layer {k}, median" for k in range(1, hidden + 1)},
        page="layers",
        settings={
            "f": "sigmoid",
            "init": "lecun_normal",
            "sb2": 1,
            "depth": hidden,
            "width": 32,
            "grads": ("bias",),
        },
        experiment=partial(layer_speeds, hidden),
        budget=2.0,
        planted=Planted(*PLANTED[hidden]),
        published=tuple(
            in_band(f"layer{k}", size, basis="one net of the book, against 19 in 20 of ours")
            for k, size in enumerate(PUBLISHED[hidden], 1)
        ),
        paper="Nielsen 2015, Neural Networks and Deep Learning",
        where="chapter 5, on the vanishing gradient problem",
    )


CARDS: tuple[Card, ...] = tuple(_card(hidden) for hidden in PUBLISHED)
