"""How deep can you go? Techniques against depth, one at a time and all together."""

import streamlit as st

from vanishing.concepts.depth import scenes as section
from vanishing.concepts.depth.table import PAGE
from vanishing.engine.depth import limits as depth_limits
from vanishing.engine.depth import sweep
from vanishing.engine.wide import mean_field
from vanishing.ui.frame import open_page

EQUATIONS = r"""
**Measured.** For a technique and a depth $L$ (hidden layers), $S$ networks train for the stated
budget; $A(L)$ is their median accuracy on the training data, with the best of the stated step sizes
$\eta$. A network that diverges, whose numbers become infinite, counts as accuracy 0. With the
threshold $\theta$, the limit is the largest tested $L$ with $A(L') \ge \theta$ at every tested
$L' \le L$. A depth that reaches $\theta$ beyond a gap does not count.

**Theory.** Going back through one layer of an infinitely wide net multiplies the squared gradient
by $\chi$, and over $\ell$ layers by

$$
\chi^{\ell} = e^{\pm \ell/\xi}, \qquad \xi = \frac{1}{|\ln \chi|}.
$$

For a plain net $\chi = \sigma_w^2\,\mathrm{E}\,\phi'(\sqrt{q^*}z)^2$ with $z \sim N(0, 1)$,
activation $\phi$, $\sigma_w^2$ a unit's number of inputs times the variance of its weights, and
$q^*$ the variance of the pre-activations deep in the net; biases start at 0. Layer norm sets
$q = 1$: $\chi = \mathrm{E}\,\phi'^2/\mathrm{E}\,\phi^2$. Batch norm also takes out the mean:
$\chi = \mathrm{E}\,\phi'^2/\mathrm{Var}\,\phi$, which for ReLU is $\pi/(\pi-1)\approx 1.467$. With
skips $a + s\,\phi(z)$ the factor is $1 + s^2\chi$; where it tends to 1 with depth, $\xi = \infty$.
Schoenholz et al. (2017) found plain nets trainable down to about $6\,\xi$.

**Other computers.** A new budget is computed on the processes of the machine that serves the page,
or, where the environment variable `VANISHING_SCHEDULER` names its address, on a Dask cluster.
"""

page = open_page(PAGE)
left, right = st.columns([1, 2.4], gap="medium")
with left:
    page.controls("init", "f", "norm", "skips", "reach")
    v = page.more("data", "steps", "width", "rate", "opt", "seed", label="Another budget")
with right:
    section.draw_ladder(page, v)
section.what_to_notice(page, v)
st.markdown("#### Many techniques, those that train deepest first")
section.draw_overview(page, page.controls("rows"))
page.close(
    equations=EQUATIONS,
    code=(depth_limits.measure, depth_limits.limit, sweep.Sweep, mean_field.depth_scale),
)
