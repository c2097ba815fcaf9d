"""The article's chain of single neurons x → h₁ → h₂ → … → h_L → J and its gradient as a product.

Layer l computes z_l = w_l·h_{l−1} and h_l = f(z_l), with h₀ = x and no biases, as in the article;
the cost is the squared error J = ½(h_L − target)². By the chain rule

    ∂J/∂w₁ = x · f′(z₁) · ∏_{l=2…L} w_l f′(z_l) · ∂J/∂h_L,      ∂J/∂h_L = h_L − target.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanishing.engine import limits
from vanishing.engine.arrays import Array, BoolArray
from vanishing.engine.nets.activations import Activation

DTYPES = ("float16", "float32", "float64")
MAX_DEPTH = 1000
RESOLVED_FROM = 1e3
"""A finite difference counts as resolved from this many times its rounding error."""


# --- one chain ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Factor:
    """One factor of ∂J/∂w₁: its kind, its layer, its value.

    `kind` is "cost" (∂J/∂h_L), "slope" (f′(z_l)), "weight" (w_l) or "input" (x); `layer` is l, and
    0 for the input. `product` is the product of all factors from the cost up to this one, in the
    chain's number type.
    """

    kind: str
    layer: int
    value: float
    product: float


@dataclass(frozen=True, eq=False)
class Chain:
    """One chain, computed in one number type; every array is read-only and of that type.

    Attributes
    ----------
    weights, zs, slopes : (L,)
        w_l, pre-activations z_l and f′(z_l); entry 0 belongs to layer 1.
    hs : (L + 1,)
        Activities; entry 0 is the input x, entry L the output.
    layer_factors : (L,)
        w_l f′(z_l) = ∂h_l/∂h_{l−1}.
    products : (L + 1,)
        ∂h_L/∂h_l = ∏_{k>l} w_k f′(z_k), accumulated from the output; entry L is 1.
    activity_gradients : (L + 1,)
        ∂J/∂h_l, accumulated from the output: how much gradient is left at layer l; entry 0 is
        ∂J/∂x.
    weight_gradients : (L,)
        ∂J/∂w_l = ∂J/∂h_l · f′(z_l) · h_{l−1}.
    """

    activation: Activation
    dtype: str
    x: float
    target: float
    weights: Array
    zs: Array
    slopes: Array
    hs: Array
    cost: float
    layer_factors: Array
    products: Array
    activity_gradients: Array
    weight_gradients: Array

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return len(self.weights)

    def factors(self) -> tuple[Factor, ...]:
        """Return the 2L + 1 factors of ∂J/∂w₁, from the cost back to the input.

        In order: ∂J/∂h_L, f′(z_L), w_L, …, f′(z₂), w₂, f′(z₁), x. The last running product is
        ∂J/∂w₁.
        """
        named = [("cost", self.depth)]
        values = [self.activity_gradients[-1]]
        for layer in range(self.depth, 0, -1):
            named.append(("slope", layer))
            values.append(self.slopes[layer - 1])
            if layer > 1:
                named.append(("weight", layer))
                values.append(self.weights[layer - 1])
        named.append(("input", 0))
        values.append(self.hs[0])
        running = running_product(np.array(values), self.dtype)
        return tuple(
            Factor(*name, float(value), float(product))
            for name, value, product in zip(named, values, running, strict=True)
        )


def run(
    x: float,
    weights: Sequence[float] | Array,
    activation: Activation,
    target: float = 1.0,
    dtype: str = "float64",
) -> Chain:
    """Compute a chain and all its gradients in one number type, from finite weights (L,), L ≤ 1000.

    The activation itself is evaluated in float32 where the type is float16 (NumPy's own float16
    functions do the same) and rounded; every product and sum is rounded to the type. Overflow and
    underflow are left as they happen, for they are the lesson.
    """
    limits.one_of("dtype", dtype, DTYPES)
    given = np.asarray(weights, dtype=np.float64)
    limits.shape("weights", given, "L")
    limits.whole("depth", len(given), 1, MAX_DEPTH)
    limits.finite("x", x)
    limits.finite("target", target)
    limits.finite("weights", given)

    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        w = given.astype(dtype)
        zs, hs, slopes = _forward(np.asarray([x], dtype=dtype), w[:, None], activation)
        zs, hs, slopes = zs[:, 0], hs[:, 0], slopes[:, 0]
        error = hs[-1] - np.asarray(target, dtype=dtype)
        cost = 0.5 * float(error) * float(error)  # too large it is inf; a power would raise
        layer_factors = w * slopes
        from_output = layer_factors[::-1]
        one = np.ones(1, dtype=dtype)
        products = running_product(np.concatenate([one, from_output]), dtype)[::-1]
        lefts = running_product(np.concatenate([error[None], from_output]), dtype)[::-1]
        weight_gradients = lefts[1:] * slopes * hs[:-1]
    for array in (w, zs, hs, slopes, layer_factors, products, lefts, weight_gradients):
        array.setflags(write=False)
    return Chain(
        activation=activation,
        dtype=dtype,
        x=float(x),
        target=float(target),
        weights=w,
        zs=zs,
        slopes=slopes,
        hs=hs,
        cost=cost,
        layer_factors=layer_factors,
        products=products,
        activity_gradients=lefts,
        weight_gradients=weight_gradients,
    )


def _forward(x: Array, weights: Array, activation: Activation) -> tuple[Array, Array, Array]:
    """Run R chains: x (R,), weights (L, R) → zs (L, R), hs (L + 1, R), slopes (L, R)."""
    working = np.float32 if x.dtype == np.float16 else x.dtype
    shape = np.broadcast_shapes(weights.shape, x.shape)
    zs, slopes = np.empty(shape, x.dtype), np.empty(shape, x.dtype)
    hs = np.empty((len(weights) + 1, *shape[1:]), x.dtype)
    hs[0] = x
    for layer, row in enumerate(weights):
        np.multiply(row, hs[layer], out=zs[layer])
        hs[layer + 1], slopes[layer] = activation.value_and_slope(zs[layer].astype(working))
    return zs, hs, slopes


def running_product(factors: Array, dtype: str) -> Array:
    """Multiply factors (n,) up one by one, rounding to the type after every step.

    Entry i of the result (n,) is the product of the first i + 1 factors.
    """
    limits.one_of("dtype", dtype, DTYPES)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        product: Array = np.multiply.accumulate(factors.astype(dtype))
    return product


@dataclass(frozen=True)
class Underflow:
    """Where a running product leaves the normal numbers of its type: indices, or None if never."""

    first_subnormal: int | None
    first_zero: int | None
    first_infinite: int | None


def underflow(products: Array) -> Underflow:
    """Find the first subnormal, the first zero and the first infinite entry of running products.

    Below the type's smallest normal number (float16 6.1·10⁻⁵, float32 1.2·10⁻³⁸, float64
    2.2·10⁻³⁰⁸) numbers are subnormal: they lose digits, then become 0 (IEEE 754). With factors of
    0.25 the product is subnormal from the 8th / 64th / 512th factor and 0 from the 13th / 75th /
    538th; the indices count from 0, as those of `running_product` do.
    """
    size = np.abs(products)
    return Underflow(
        first_subnormal=_first((size > 0) & (size < np.finfo(products.dtype).tiny)),
        first_zero=_first(size == 0),
        first_infinite=_first(np.isinf(size)),
    )


def _first(mask: BoolArray) -> int | None:
    return int(np.argmax(mask)) if mask.any() else None


def bound(activation: Activation, max_weight: float, depth: int) -> Array:
    """Return log₁₀ of the bound (max|f′| · max|w|)ⁿ on |∏ w_l f′(z_l)| for n = 1 … depth, (depth,).

    It holds for every chain whose weights satisfy |w| ≤ `max_weight`, and is a bound, not a
    prediction: sigmoid with |w| ≤ 1 gives the article's 0.25ⁿ.
    """
    limits.whole("depth", depth, 1, MAX_DEPTH)
    limits.real("max_weight", max_weight, 0.0, above=True, below=True)
    steepest = activation.slope_range.steepest
    steps: Array = np.arange(1.0, depth + 1) * np.log10(steepest * max_weight)
    return steps


# --- the gradient, checked by finite differences --------------------------------------------------


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """∂J/∂w_l by the chain rule and by central differences, in float64; every array is (L,).

    Attributes
    ----------
    steps
        Step of the difference, ε^⅓·max(1, |w_l|) with ε = 2.2·10⁻¹⁶.
    relative
        |chain_rule − difference| / max of both sizes; 0 where both are 0.
    floor
        Estimated rounding error of the difference: what it cannot see.
    resolved : bool
        Whether the difference means anything: its value stands clear (1,000 times) of `floor`, or
        both are exactly 0 behind a slope of exactly 0; and no z_l crosses a kink within the step.
    """

    steps: Array
    chain_rule: Array
    difference: Array
    relative: Array
    floor: Array
    resolved: BoolArray


def check_gradient(
    x: float, weights: Sequence[float] | Array, activation: Activation, target: float = 1.0
) -> GradientCheck:
    """Compare every ∂J/∂w_l of `run` with (J(w_l + s) − J(w_l − s)) / 2s, in float64.

    A difference of two nearly equal costs keeps only what rounding leaves: with costs about 1 and
    s ≈ 6·10⁻⁶ that is some 10⁻¹⁰, so a vanished gradient cannot be checked this way, and
    `resolved` says so.
    """
    chain = run(x, weights, activation, target)
    w, depth = chain.weights, chain.depth
    epsilon = np.finfo(np.float64).eps
    steps = np.cbrt(epsilon) * np.maximum(1.0, np.abs(w))
    up, down = w + steps, w - steps
    moved = np.repeat(w[:, None], 2 * depth, axis=1)
    own = np.arange(depth)
    moved[own, own], moved[own, own + depth] = up, down

    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        zs, hs, _ = _forward(np.full(2 * depth, chain.x), moved, activation)
        costs = 0.5 * (hs[-1] - target) ** 2
        # up − down, not 2·steps: adding a step to w rounds it.
        difference = (costs[:depth] - costs[depth:]) / (up - down)

        # Each activity is rounded once; ∂h_L/∂h_l carries that on to the output.
        rounding = epsilon * (np.abs(chain.hs * chain.products).sum() + abs(target))
        # Where the output is the target, ∂J/∂h_L is 0 here, but not a step away.
        steepest = np.abs(hs[-1] - target).reshape(2, depth).max(axis=0)
        floor = 2 * rounding * steepest / (up - down)
        size = np.maximum(np.abs(difference), np.abs(chain.weight_gradients))
        gap = np.abs(difference - chain.weight_gradients)
        relative = np.divide(gap, size, out=np.zeros(depth), where=size > 0)
        off = bool(np.any(chain.slopes == 0)) & (size == 0)
    smooth = ~_crosses_kink(zs[:, :depth], zs[:, depth:], activation.kinks)
    return GradientCheck(
        steps=steps,
        chain_rule=chain.weight_gradients,
        difference=difference,
        relative=relative,
        floor=floor,
        resolved=smooth & (off | (size > RESOLVED_FROM * floor)),
    )


def _crosses_kink(above: Array, below: Array, kinks: tuple[float, ...]) -> BoolArray:
    """Whether any layer (axis 0) passes a kink between two sets of pre-activations."""
    crossed = np.zeros(above.shape[1], dtype=bool)
    for kink in kinks:
        crossed |= np.any((above > kink) != (below > kink), axis=0)
    return crossed
