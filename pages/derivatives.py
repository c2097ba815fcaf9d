"""How large can a derivative be? Activations above their derivatives, and what z makes of them."""

import streamlit as st

from vanishing.concepts.derivatives import charts
from vanishing.concepts.derivatives import charts_speed as speed_charts
from vanishing.concepts.derivatives.table import PAGE
from vanishing.engine.nets import activations, speed
from vanishing.engine.wide import derivatives
from vanishing.text import number, percent, setting
from vanishing.ui import compute
from vanishing.ui.frame import open_page

EQUATIONS = r"""
Pre-activation $z$, activation $f(z)$, derivative $f'(z)=\mathrm{d}f/\mathrm{d}z$. For
$z\sim\mathcal N(\mu,\sigma^2)$ the average sizes of the derivative are

$$
\begin{gathered}
\mathbb E\,|f'| = \int |f'(z)|\;p(z)\,\mathrm dz,\\[6pt]
\sqrt{\mathbb E[f'^2]} = \Big(\int f'(z)^2\;p(z)\,\mathrm dz\Big)^{1/2}.
\end{gathered}
$$

The second one is the bridge to depth: in a wide layer with weight variance
$\sigma_w^2/n$ a back-propagated gradient changes its size by $\sigma_w\sqrt{\mathbb E[f'^2]}$.
"""

page = open_page(PAGE)
left, right = st.columns([1, 2.4], gap="medium")
with left:
    v = page.controls("f", "sigma", "mu", "small")
    v = page.more("reach", "alpha", "elu", "seed")

parameters = {"leaky_relu": v.alpha, "elu": v.elu}
chosen = [activations.get(key, parameters.get(key)) for key in v.f]
statistics = [
    derivatives.slope_statistics(a, v.mu, v.sigma, threshold=v.small, seed=v.seed) for a in chosen
]
with right:
    page.chart(charts.values(chosen, v.reach))
    page.chart(charts.slopes(chosen, statistics, reach=v.reach, mean=v.mu, std=v.sigma))

largest = max(zip(statistics, chosen, strict=True), key=lambda pair: pair[0].rms)
smallest = min(zip(statistics, chosen, strict=True), key=lambda pair: pair[0].rms)
sentences = [
    f"**{a.name}**: f′ lies in {a.slope_range.interval()}; for these z it is "
    f"{number(s.mean_abs)} on average (sampled: {number(s.sample_mean_abs)}), and "
    f"{percent(s.share_below)} of the z make it smaller than {setting(s.threshold)}."
    for a, s in zip(chosen, statistics, strict=True)
]
if len(chosen) > 1 and smallest[0].rms > 0:
    sentences.append(
        f"Per layer, {largest[1].name} keeps {number(largest[0].rms / smallest[0].rms)} times as "
        f"much gradient as {smallest[1].name}; over 10 such layers that is "
        f"{number((largest[0].rms / smallest[0].rms) ** 10)} times (weights aside)."
    )
page.notice(*sentences)

st.markdown("**Exact ranges and average sizes**, the latter by quadrature and from a sample")
st.dataframe(charts.ranges(chosen, statistics), hide_index=True, alt="Ranges of the derivatives")
st.caption(
    f"{statistics[0].samples:,} draws of z, seed {v.seed}, the same for every activation; "
    "± one standard error."
)

st.markdown("**How long does each take to compute?**")
times = compute.activation_times()
page.chart(speed_charts.times(times))
st.markdown(speed_charts.sentence(times))

page.close(
    equations=EQUATIONS,
    code=(activations.get, derivatives.slope_statistics, speed.per_element),
)
