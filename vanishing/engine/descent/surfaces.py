"""Cost surfaces over two parameters, on which gradient descent can be watched."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array
from vanishing.engine.nets.activations import get as activation

MAX_KAPPA = 1e6
INPUTS = np.array([-2.0, -1.0, 1.0, 2.0])
"""What the neuron is shown."""
TEACHER = (1.0, 0.0)
"""The weight and the bias that made the neuron's targets: its only minimum, where J = 0."""
LOSSES = ("squared", "cross_entropy")
SHARP, FLAT = 4.0, 1.0
"""Curvatures λ of the two minima's bowls."""
SHALLOW_AT, DEEP_AT = 1.0, -1.0
SHALLOW_HEIGHT = 0.3
SOFTNESS = 0.1
ACROSS = 0.5
"""Curvature of the two minima's surface along w₂."""
DIFFERENCE = 1e-5

Function = Callable[[Array], Array]


@dataclass(frozen=True)
class Minimum:
    """A local minimum: its name ("the minimum", "deep", "shallow"), its place and J there."""

    name: str
    place: tuple[float, float]
    value: float


@dataclass(frozen=True, eq=False)
class Surface:
    """A cost J(w) of two parameters; made by `bowl`, `neuron`, `rosenbrock` or `two_minima`.

    Attributes
    ----------
    axes : pair of str
        What the two parameters are called.
    start : (float, float)
        Where a descent begins, unless told otherwise.
    window : pair of (low, high)
        What is drawn of each parameter.
    minima : tuple of Minimum
        All local minima, the lowest first.
    value, gradient : callable
        w (…, 2) -> J (…) and ∂J/∂w (…, 2).
    """

    key: str
    name: str
    axes: tuple[str, str]
    start: tuple[float, float]
    window: tuple[tuple[float, float], tuple[float, float]]
    minima: tuple[Minimum, ...]
    value: Function
    gradient: Function

    def curvatures(self, w: Array) -> Array:
        """Return the eigenvalues of the Hessian at w (2,), ascending, shape (2,).

        The Hessian is the central difference of the exact gradient, with a step of 10⁻⁵: right to
        about 10⁻⁹ of its largest entry.
        """
        step = DIFFERENCE * np.eye(2)
        hessian = (self.gradient(w + step) - self.gradient(w - step)) / (2 * DIFFERENCE)
        eigenvalues: Array = np.linalg.eigvalsh(0.5 * (hessian + hessian.T))
        return eigenvalues


def bowl(kappa: float, angle: float = 0.0) -> Surface:
    """Make the quadratic bowl J = ½(u₁²/κ + u₂²), u being w turned by the angle, in degrees.

    Its largest curvature is λmax = 1, its smallest λmin = 1/κ; κ, from 1 to 10⁶, is its condition
    number. The angle turns the valley out of the w₁ axis.
    """
    limits.real("kappa", kappa, 1.0, MAX_KAPPA)
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turn = np.array([[c, s], [-s, c]]) if angle else np.eye(2)
    matrix = turn.T @ np.diag([1.0 / kappa, 1.0]) @ turn
    start = np.array([-5.0, 2.5]) @ turn

    def value(w: Array) -> Array:
        found: Array = 0.5 * np.sum(w * (w @ matrix), axis=-1)
        return found

    def gradient(w: Array) -> Array:
        found: Array = w @ matrix
        return found

    return Surface(
        key="bowl",
        name="quadratic bowl",
        axes=("w₁", "w₂"),
        start=(float(start[0]), float(start[1])),
        window=((-6.0, 6.0), (-4.0, 4.0)) if not angle else ((-6.0, 6.0), (-6.0, 6.0)),
        minima=(Minimum("the minimum", (0.0, 0.0), 0.0),),
        value=value,
        gradient=gradient,
    )


def neuron(loss: str = "squared", start: tuple[float, float] = (-6.0, 2.0)) -> Surface:
    """Make the cost of one sigmoid neuron ŷ = σ(w x + b) over its weight and bias.

    Four inputs x = −2, −1, 1, 2; the targets t = σ(x) are those of a neuron with w = 1, b = 0, so
    J is 0 there and nowhere else. With the squared error, the mean of ½(ŷ − t)², the gradient holds
    the factor σ′(z) = ŷ(1 − ŷ), which is almost 0 wherever the neuron is saturated, right or wrong:
    a plateau. With cross-entropy, less the least it can be (the entropy of t), σ′ cancels:
    ∂J/∂z = ŷ − t (Nielsen 2015, chapter 3).
    """
    limits.one_of("loss", loss, LOSSES)
    sigmoid = activation("sigmoid").f
    squared = loss == "squared"
    target_z = TEACHER[0] * INPUTS + TEACHER[1]
    targets = sigmoid(target_z)
    entropy = np.logaddexp(0.0, target_z) - targets * target_z

    def pre_activation(w: Array) -> Array:
        z: Array = w[..., :1] * INPUTS + w[..., 1:]
        return z

    def value(w: Array) -> Array:
        z = pre_activation(w)
        if squared:
            each = 0.5 * (sigmoid(z) - targets) ** 2
        else:
            each = np.logaddexp(0.0, z) - targets * z - entropy
        # Rounding can leave the least cost a hair below 0.
        found: Array = np.maximum(each.mean(axis=-1), 0.0)
        return found

    def gradient(w: Array) -> Array:
        output = sigmoid(pre_activation(w))
        delta = output - targets
        if squared:
            delta = delta * output * (1.0 - output)
        return np.stack([(delta * INPUTS).mean(axis=-1), delta.mean(axis=-1)], axis=-1)

    return Surface(
        key="neuron",
        name="saturated sigmoid neuron",
        axes=("weight w", "bias b"),
        start=start,
        window=((-10.0, 8.0), (-6.0, 6.0)),
        minima=(Minimum("the minimum", TEACHER, 0.0),),
        value=value,
        gradient=gradient,
    )


def rosenbrock() -> Surface:
    """Make Rosenbrock's curved valley J = (1 − w₁)² + 100 (w₂ − w₁²)² (Rosenbrock 1960)."""

    def value(w: Array) -> Array:
        x, y = w[..., 0], w[..., 1]
        found: Array = (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2
        return found

    def gradient(w: Array) -> Array:
        x, y = w[..., 0], w[..., 1]
        up = 200.0 * (y - x**2)
        return np.stack([-2.0 * (1.0 - x) - 2.0 * x * up, up], axis=-1)

    return Surface(
        key="rosenbrock",
        name="Rosenbrock valley",
        axes=("w₁", "w₂"),
        start=(-1.2, 1.0),
        window=((-1.8, 1.8), (-0.8, 2.0)),
        minima=(Minimum("the minimum", (1.0, 1.0), 0.0),),
        value=value,
        gradient=gradient,
    )


def two_minima(sharper: str = "shallow", start: tuple[float, float] = (2.5, 1.5)) -> Surface:
    """Make a surface with a deep minimum near w₁ = −1 and a shallow one near w₁ = 1.

    It is the soft minimum of two bowls, J = −T ln(e^(−J₁/T) + e^(−J₂/T)) + ¼ w₂² with T = 0.1,
    J₁ = 0.3 + ½ λ₁ (w₁ − 1)² and J₂ = ½ λ₂ (w₁ + 1)². The sharper of the two has λ = 4, the other
    λ = 1.
    """
    limits.one_of("sharper", sharper, ("shallow", "deep"))
    centres = np.array([SHALLOW_AT, DEEP_AT])
    heights = np.array([SHALLOW_HEIGHT, 0.0])
    curvatures = np.array([SHARP, FLAT] if sharper == "shallow" else [FLAT, SHARP])

    def bowls(w: Array) -> Array:
        found: Array = heights + 0.5 * curvatures * (w[..., :1] - centres) ** 2
        return found

    def value(w: Array) -> Array:
        each = -bowls(w) / SOFTNESS
        soft = -SOFTNESS * np.logaddexp(each[..., 0], each[..., 1])
        found: Array = soft + 0.5 * ACROSS * w[..., 1] ** 2
        return found

    def gradient(w: Array) -> Array:
        each = bowls(w)
        # The share of the first bowl; of the two, the lower counts. Half a tanh cannot overflow.
        share = 0.5 * (1.0 + np.tanh(0.5 * (each[..., 1] - each[..., 0]) / SOFTNESS))
        slopes = curvatures * (w[..., :1] - centres)
        first = share * slopes[..., 0] + (1.0 - share) * slopes[..., 1]
        return np.stack([first, ACROSS * w[..., 1]], axis=-1)

    minima = []
    for name, centre in (("deep", DEEP_AT), ("shallow", SHALLOW_AT)):
        place = np.array([centre, 0.0])
        # The other bowl's tail moves a minimum a little off its own bowl's centre.
        for _ in range(100):
            place = place - gradient(place) / SHARP
        minima.append(Minimum(name, (float(place[0]), float(place[1])), float(value(place))))
    return Surface(
        key="minima",
        name="two minima",
        axes=("w₁", "w₂"),
        start=start,
        window=((-3.5, 3.0), (-2.2, 2.2)),
        minima=tuple(minima),
        value=value,
        gradient=gradient,
    )
