"""Gradients of a network by central differences, to hold against those of `backward`."""

from itertools import pairwise

import numpy as np

from vanishing.engine.nets import network
from vanishing.engine.nets.network import PLAIN, Parameters

STEP = 1e-5
KINK_DISTANCE = 1e-3
"""No pre-activation may lie closer to a kink: a step of STEP must not carry one across."""


def numeric(parameters, inputs, targets, activation, head, architecture=PLAIN):
    """∂J/∂W, ∂J/∂b and ∂J/∂γ of a single network (S = 1), as Parameters.

    All its P parameters are varied at once: as a stack of 2P networks, each with one entry moved.
    """
    flat = network.flatten(parameters)
    columns = flat.shape[1]
    moved = np.repeat(flat, 2 * columns, axis=0)
    moved[:columns] += STEP * np.eye(columns)
    moved[columns:] -= STEP * np.eye(columns)
    stack = network.unflatten(moved, parameters.widths, architecture)
    trace = network.forward(stack, inputs, activation, head, architecture)
    losses = network.loss(trace, targets, head)
    slopes = (losses[:columns] - losses[columns:]) / (2 * STEP)
    return network.unflatten(slopes[None], parameters.widths, architecture)


def worst_error(parameters, inputs, targets, activation, head, architecture=PLAIN):
    """Largest |analytic − numeric| in any layer, as a share of that layer's largest gradient."""
    trace = network.forward(parameters, inputs, activation, head, architecture)
    analytic = network.backward(parameters, trace, targets, head)
    expected = numeric(parameters, inputs, targets, activation, head, architecture)
    pairs = [
        *zip(analytic.weights, expected.weights, strict=True),
        *zip(analytic.biases, expected.biases, strict=True),
        *zip(analytic.gains, expected.gains, strict=True),
    ]
    return max(np.abs(a - e).max() / np.abs(e).max() for a, e in pairs)


def clear_of_kinks(trace, activation):
    """Whether every hidden pre-activation is far from the activation's kinks."""
    gaps = [np.abs(z - kink).min() for z in trace.zs[:-1] for kink in activation.kinks]
    return min(gaps, default=np.inf) > KINK_DISTANCE


def example(depth, activation, head, *, seed=0, width=4, batch=5, classes=3, architecture=PLAIN):
    """A random network (S = 1), inputs and targets with every layer alive and clear of kinks."""
    for attempt in range(200):
        rng = np.random.default_rng([seed, attempt])
        outputs = classes if head.key == "softmax" else 1
        widths = (3, *[width] * depth, outputs)
        shapes = list(pairwise(widths))
        parameters = Parameters(
            tuple(rng.normal(size=(1, a, b)) / np.sqrt(a) for a, b in shapes),
            tuple(0.5 * rng.normal(size=(1, b)) for _, b in shapes),
            tuple(
                1.0 + 0.3 * rng.normal(size=(1, width))
                for _ in range(depth if architecture.normalizes else 0)
            ),
        )
        inputs = rng.normal(size=(batch, widths[0]))
        y = rng.normal(size=batch) if head.key == "linear" else np.arange(batch) % max(outputs, 2)
        targets = head.encode(y, {"linear": 0, "sigmoid": 2, "softmax": classes}[head.key])
        trace = network.forward(parameters, inputs, activation, head, architecture)
        alive = all(np.abs(slope).max() > 0.1 for slope in trace.slopes)
        if alive and clear_of_kinks(trace, activation):
            return parameters, inputs, targets
    raise AssertionError("no draw is clear of the kinks")
