"""The phenomenon at first sight, then the story step by step."""

from dataclasses import replace

import numpy as np
import streamlit as st

from vanishing.concepts.home import charts, table
from vanishing.concepts.home.table import IMAGES, PAGE, SEEDS, STORY, WIDTH
from vanishing.engine.wide import layers as layer_statistics
from vanishing.engine.wide import mean_field
from vanishing.text import count, number
from vanishing.ui import compute, site
from vanishing.ui.frame import open_page

EQUATIONS = r"""
Layer $l$ computes $z^l = W^l a^{l-1} + b^l$ and $a^l = \varphi(z^l)$. The gradient with respect to
its pre-activations comes from the layer above it,

$$
\delta^l \equiv \frac{\partial J}{\partial z^l}
 = \varphi'(z^l)\odot \big(W^{l+1}\big)^{\!\top}\delta^{l+1}.
$$

In a wide net with weight variance $\sigma_w^2/n$ each step back multiplies its root mean square by
$\sqrt{\chi_l}=\sigma_w\sqrt{\mathbb E[\varphi'(z)^2]}$ with $z\sim\mathcal N(0,q_l)$: the dashed
lines are the products of these factors, nothing is fitted.
"""

page = open_page(PAGE)
left, right = st.columns([1, 2.4], gap="medium")
with left:
    depth = page.controls("depth").depth
settings = table.settings(depth)
nets = {name: compute.at_start(one) for name, one in settings.items()}
deepest = [replace(one, depth=PAGE.control("depth").options[-1]) for one in settings.values()]
limits = [net for net in map(compute.layer_prediction, deepest) if net is not None]
first = {name: float(np.median(net.measured.relative("delta")[:, 0])) for name, net in nets.items()}
predicted = {
    name: number(net.predicted.deltas[0], 2) for name, net in nets.items() if net.predicted
}
with left:
    for name, value in first.items():
        st.metric(f"Gradient left in layer 1 · {name}", number(value, 2))
with right:
    page.chart(
        charts.by_layer(
            nets,
            charts.reach(limits),
            note=(
                f"Measured: RMS of ∂J/∂z, median and 10–90 % band over seeds 0–{SEEDS - 1}, before "
                f"training, {WIDTH} units a layer, {IMAGES} real 8×8 digits. Dashed: predicted by "
                "mean-field theory, not fitted."
            ),
        )
    )

if depth == 1:
    page.notice("One hidden layer: nothing to multiply yet. Add layers.")
else:
    per_layer = first["sigmoid, Xavier"] ** (1 / (depth - 1))
    page.notice(
        f"With sigmoid the gradient shrinks to {number(first['sigmoid, Xavier'], 2)} of itself "
        f"over {count(depth - 1, 'step')} back, about ×{number(per_layer, 2)} a layer; theory "
        f"predicts {predicted['sigmoid, Xavier']}.",
        f"With ReLU and He's initialisation it arrives at {number(first['ReLU, He'], 2)} times "
        f"its size; theory predicts {predicted['ReLU, He']}. The band shows how much single draws "
        "differ.",
    )

st.subheader("The story, step by step", anchor=False)

for first in range(0, len(STORY), 5):
    for column, step in zip(st.columns(5), STORY[first : first + 5], strict=False):
        with column, st.container(border=True, height="stretch"):
            st.markdown(step.says)
            site.link_to(site.page_at(step.path), step.label, step.preset)

page.close(
    equations=EQUATIONS,
    code=(layer_statistics.at_start, mean_field.propagate, mean_field.susceptibility),
)
