"""What each view of the chain needs and shows, as pure functions of the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from vanishing.concepts.chain import (
    charts,
    charts_diagram,
    charts_map,
    charts_types,
    equations,
    runs,
    words,
)
from vanishing.concepts.chain.table import PAGE
from vanishing.engine.arrays import Array
from vanishing.engine.chain import many, products, theory, weights
from vanishing.engine.chain.many import Draws
from vanishing.engine.chain.products import Chain
from vanishing.engine.chain.theory import Theory
from vanishing.engine.nets import activations
from vanishing.engine.nets.activations import Activation
from vanishing.text import setting
from vanishing.ui.page import Values
from vanishing.ui.scene import Block, Scene, Table, Text
from vanishing.ui.work import Ask, Found, Needs, heavy, once

__all__ = ["PAGE", "needs", "scene"]


def weights_of(v: Values) -> Array:
    """Return the chain's weights: set one by one, all equal, or drawn."""
    match v.weights:
        case "each":
            return np.array([v[f"w{layer}"] for layer in range(1, v.short + 1)])
        case "equal":
            return np.full(v.depth, v.w)
        case _:
            return weights.drawn(v.depth, v.sigma, v.seed)


def _activation(v: Values) -> tuple[str, float | None]:
    return v.f, float(v.alpha) if v.f == "leaky_relu" else None


def _deepest(v: Values) -> Values:
    """Return the same settings at the end of their depth."""
    return Values({**v, **{name: PAGE.control(name).options[-1] for name in ("depth", "short")}})


def _drawn(v: Values) -> Ask:
    depth = len(weights_of(v))
    return heavy(once(runs.draws, *_activation(v), depth, v.sigma, v.seed, v.x))


def _predicted(v: Values) -> Ask:
    return heavy(once(runs.prediction, *_activation(v), len(weights_of(v)), v.sigma, v.x))


def _at_deepest(v: Values) -> Needs:
    """Return what the axes are taken from; theory only for ReLU and its like.

    It takes seconds for others, and lies within the band of drawn chains as long as some are left.
    """
    at = _deepest(v)
    quick = v.f in theory.SCALE_FREE
    return {"deepest": _drawn(at), **({"deepest theory": _predicted(at)} if quick else {})}


def needs(v: Values) -> Needs:
    """Return the drawn chains, and what theory says of them."""
    key, alpha = _activation(v)
    drawn_map = heavy(once(runs.median_map, key, alpha, v.seed, v.x))
    return {
        "drawn": _drawn(v),
        "theory": _predicted(v),
        "share": once(weights.share_within_one, v.sigma, seed=v.seed),
        "best": Ask(runs.best_rate, (key, alpha), told="round {step} of {steps}", heavy=True),
        **({"map": drawn_map} if v.view == "map" else {}),
        **(_at_deepest(v) if v.view == "product" else {}),
    }


@dataclass(frozen=True)
class Shown:
    """What every view of the page speaks of."""

    v: Values
    f: Activation
    chains: dict[str, Chain]
    drawn: Draws
    theory: Theory | None
    gap: str

    @property
    def own(self) -> Chain:
        """Return this chain in the number type chosen."""
        return self.chains[self.v.dtype]

    @property
    def sigma(self) -> str:
        """std(w) as text."""
        return f"{self.v.sigma:g}"

    @property
    def note(self) -> str:
        """What was computed, on how many draws, with which seed."""
        v = self.v
        return (
            f"Drawn chains: {runs.N:,} with w ~ N(0, {self.sigma}²), x = {setting(v.x)}, "
            f"seed {v.seed}, in float64; this chain in {v.dtype}. {self.gap}"
        ).strip()


def scene(v: Values, found: Found) -> Scene:
    """Return what a view shows, and what is to be noticed in any."""
    f = activations.get(*_activation(v))
    own = weights_of(v)
    chains = {name: products.run(v.x, own, f, v.target, name) for name in products.DTYPES}
    gap = theory.theory_gap(f, v.sigma)
    shown = Shown(v, f, chains, found["drawn"], found["theory"], gap)
    blocks, seen = VIEWS[v.view](shown, found)
    return Scene(
        beside=(blocks,),
        notice=(
            *seen,
            words.this_chain(shown.own, chains["float64"]),
            *words.drawn_chains(shown.drawn, shown.theory, gap, shown.sigma, f),
            words.the_bound(shown.own, found["share"], shown.sigma),
            *words.best_scale(found["best"], f, v.weights == "drawn"),
        ),
        equations=equations.CHAIN,
        code=(products.run, many.draws, products.check_gradient, theory.theory),
    )


Seen: TypeAlias = tuple[tuple[Block, ...], tuple[str, ...]]
"""The blocks of a view, and what to notice in it alone."""


def _product(at: Shown, found: Found) -> Seen:
    note = f"Point n: the chain cut after n layers. {at.note}"
    deepest = products.run(at.v.x, weights_of(_deepest(at.v)), at.f)
    axes = charts.reach(deepest, found["deepest"], found.get("deepest theory"))
    return (charts.product(at.own, at.drawn, at.theory, axes, note),), ()


def _chain(at: Shown, _: Found) -> Seen:
    check = products.check_gradient(at.v.x, weights_of(at.v), at.f, at.v.target)
    return (
        charts_diagram.diagram(at.own),
        charts_diagram.factors(at.own),
        Text("**Every gradient, by the chain rule and by finite differences** (float64)"),
        Table(charts_diagram.check_table(check), "Gradient check"),
    ), (words.gradient_check(at.own, check),)


def _draws(at: Shown, _: Found) -> Seen:
    view = charts.histogram(at.own, at.drawn, at.theory, at.note)
    return (view,), (words.logarithms(at.drawn, at.theory),)


def _map(at: Shown, found: Found) -> Seen:
    grid, depth = found["map"], len(weights_of(at.v))
    view = charts_map.regime_map(grid, at.f, depth, at.v.sigma)
    return (view,), (words.growing(grid, at.f, depth),)


def _types(at: Shown, _: Found) -> Seen:
    return (
        charts_types.number_types(at.chains),
        Text("**The bound 0.25ⁿ, multiplied up in each type**"),
        Table(charts_types.quarter_table(products.DTYPES), "Underflow of 0.25ⁿ"),
    ), (words.number_types(at.chains),)


VIEWS: dict[str, Callable[[Shown, Found], Seen]] = {
    "product": _product,
    "chain": _chain,
    "draws": _draws,
    "map": _map,
    "types": _types,
}
