"""What does multiplying many factors do to a gradient? One chain beside ten thousand."""

import numpy as np
import streamlit as st

from vanishing.concepts.chain import charts
from vanishing.concepts.chain import charts_diagram as diagrams
from vanishing.concepts.chain import words as say
from vanishing.concepts.chain.table import PAGE, SIGMAS
from vanishing.engine.chain import products as chain
from vanishing.engine.chain import theory as chain_theory
from vanishing.engine.chain import weights as chain_weights
from vanishing.engine.nets import activations
from vanishing.ui import compute
from vanishing.ui.frame import open_page

N = 10_000
MAP_DEPTHS = (1, *range(5, 101, 5))
EQUATIONS = r"""
Layer $l$ computes $z_l = w_l h_{l-1}$ and $h_l = \varphi(z_l)$, with $h_0 = x$ and no biases; the
cost is $J=\tfrac12(h_L-\text{target})^2$. The chain rule gives one factor per layer,

$$
\begin{gathered}
\frac{\partial h_n}{\partial x}=\prod_{l=1}^{n} w_l\,\varphi'(z_l),\\[6pt]
\frac{\partial J}{\partial w_1}=\frac{\partial J}{\partial h_L}\;
\Big(\prod_{l=2}^{L} w_l\,\varphi'(z_l)\Big)\;\varphi'(z_1)\;x .
\end{gathered}
$$

Its logarithm is a sum, $\log|\partial h_n/\partial x|=\sum_l \log|w_l\varphi'(z_l)|$, whose mean
and variance the theory finds by quadrature, following $|h_l|$ from layer to layer. If every
$|w_l|\le 1$ the product is at most $(\max|\varphi'|)^n$: $0.25^n$ for sigmoid.
"""

page = open_page(PAGE)
left, right = st.columns([1, 2.4], gap="medium")
with left:
    v = page.controls("f", "weights")
    match v.weights:
        case "each":
            v = page.controls("short")
            v = page.controls(*(f"w{layer}" for layer in range(1, v.short + 1)))
            weights = np.array([v[f"w{layer}"] for layer in range(1, v.short + 1)])
        case "equal":
            v = page.controls("w", "depth")
            weights = np.full(v.depth, v.w)
        case _:
            v = page.controls("sigma", "depth")
    v = page.controls("dtype")
    hidden = () if v.weights == "drawn" else ("sigma",)
    v = page.more(*hidden, "alpha", "x", "target", "seed")
    if v.weights == "drawn":
        weights = chain_weights.drawn(v.depth, v.sigma, v.seed)

f = activations.get(v.f, v.alpha if v.f == "leaky_relu" else None)
setting = (v.f, f.alpha)
depth = len(weights)
chains = {name: chain.run(v.x, weights, f, v.target, name) for name in chain.DTYPES}
own = chains[v.dtype]
drawn = compute.chain_draws(*setting, depth, v.sigma, N, v.seed, v.x)
gap = chain_theory.theory_gap(f, v.sigma)
theory = None if gap else compute.chain_theory_of(*setting, depth, v.sigma, v.x)
sigma = f"{v.sigma:g}"
note = (
    f"Drawn chains: {N:,} with w ~ N(0, {sigma}²), x = {v.x:g}, seed {v.seed}, in float64; this "
    f"chain in {v.dtype}. {gap}"
)

with right:
    shown = page.controls("view").view
    match shown:
        case "chain":
            page.chart(diagrams.diagram(own))
            page.chart(diagrams.factors(own))
            check = chain.check_gradient(v.x, weights, f, v.target)
            st.markdown("**Every gradient, by the chain rule and by finite differences** (float64)")
            st.dataframe(diagrams.check_table(check), hide_index=True, alt="Gradient check")
            seen = say.gradient_check(own, check)
        case "draws":
            page.chart(charts.histogram(own, drawn, theory, note))
            seen = say.spread(drawn, theory)
        case "map":
            grid = compute.chain_map(*setting, MAP_DEPTHS, SIGMAS, v.seed, v.x)
            page.chart(charts.regime_map(grid, f, depth, v.sigma))
            seen = say.growing(grid, f, depth)
        case "types":
            page.chart(charts.number_types(chains))
            st.markdown("**The bound 0.25ⁿ, multiplied up in each type**")
            st.dataframe(
                charts.quarter_table(chain.DTYPES), hide_index=True, alt="Underflow of 0.25ⁿ"
            )
            seen = say.number_types(chains)
        case _:
            page.chart(
                charts.product(own, drawn, theory, f"Point n: the chain cut after n layers. {note}")
            )
            seen = ""

share = compute.weights_within_one(v.sigma, v.seed)
page.notice(
    *([seen] if seen else []),
    say.this_chain(own, chains["float64"]),
    say.drawn_chains(drawn, theory, gap, sigma),
    say.the_bound(own, share, sigma),
    *say.best_scale(compute.chain_best_rate(*setting), f),
)
page.close(
    equations=EQUATIONS,
    code=(chain.run, chain.draws, chain.check_gradient, chain_theory.theory),
)
