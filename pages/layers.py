"""How does the gradient change from layer to layer? Fresh nets beside wide-net theory."""

import streamlit as st

from vanishing.concepts.layers import scenes as section
from vanishing.concepts.layers import table
from vanishing.engine.nets import normalization
from vanishing.engine.wide import layers as layer_statistics
from vanishing.engine.wide import mean_field
from vanishing.ui.frame import open_page

EQUATIONS = r"""
Hidden layer $l$ of $n$ units computes $z^l = W^l a^{l-1} + b^l$ and $a^l = f(z^l)$; $J$ is the mean
loss over the batch. Weights have mean 0 and variance $\sigma_w^2/n$, biases variance $\sigma_b^2$.
In a wide net every $z^l_i$ is normal with mean 0 and variance $q_l$, where

$$
\begin{gathered}
q_{l+1}=\sigma_w^2\,\mathbb E\,[f(\sqrt{q_l}\,x)^2]+\sigma_b^2,\\[6pt]
\chi_l=\sigma_w^2\,\mathbb E\,[f'(\sqrt{q_l}\,x)^2],\\[6pt]
x\sim\mathcal N(0,1).
\end{gathered}
$$

One step back multiplies the root mean square of $\partial J/\partial z$ by $\sqrt{\chi_l}$. Deep
inside $q_l$ has settled at its fixed point $q^*$: the squared gradient changes e-fold every
$|\xi|$ layers, $\xi=-1/\ln\chi$. The critical line $\chi=1$ has $q^*$ as its parameter:
$\sigma_w^2=1/\mathbb E[f'^2]$, $\sigma_b^2=q^*-\sigma_w^2\,\mathbb E[f^2]$.

**Normalisation** takes mean and variance out of $u=Wa$ before the bias is added:
$q=1+\sigma_b^2$, and $\chi$ is divided by that variance, $\mathbb E[f'^2]/\mathbb E[f^2]$ for layer
norm and $\mathbb E[f'^2]/\mathrm{Var} f$ for batch norm, which is $\pi/(\pi-1)$ for ReLU.
**Skips** $a^l=a^{l-1}+s f(z^l)$ make it $1+s^2\chi_l$.

The weights' gradient is a product: $\partial J/\partial W^l$ is the sum over the batch of
$\partial J/\partial z^l$ times the layer's input $a^{l-1}$.
"""

page = open_page(table.PAGE)
left, right = st.columns([1, 2.4], gap="medium")
with left:
    v = section.controls(page)
settings = table.settings(v)
with right:
    v = page.controls("view")
    if settings.fits():
        start = section.measured(settings, page.page.key)
        sentences = section.VIEWS[v.view](page, start, v)
    else:
        section.refuse(page, v, settings)
        sentences = []
if sentences:
    page.notice(*sentences)
page.close(
    equations=EQUATIONS,
    code=(
        layer_statistics.measure_seeds,
        normalization.normalize,
        normalization.pull_back,
        mean_field.propagate,
        mean_field.fixed_point,
        mean_field.critical_line,
    ),
)
