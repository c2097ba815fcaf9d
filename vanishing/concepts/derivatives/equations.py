"""The equations of the page on derivative ranges."""

DERIVATIVES = r"""
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
