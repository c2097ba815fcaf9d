"""The equations of the first page."""

BY_LAYER = r"""
Layer $l$ computes $z^l = W^l a^{l-1} + b^l$ and $a^l = f(z^l)$. The gradient with respect to
its pre-activations comes from the layer above it,

$$
\delta^l \equiv \frac{\partial J}{\partial z^l}
 = f'(z^l)\odot \big(W^{l+1}\big)^{\!\top}\delta^{l+1}.
$$

In a wide net with weight variance $\sigma_w^2/n$ each step back multiplies its root mean square by
$\sqrt{\chi_l}=\sigma_w\sqrt{\mathbb E[f'(z)^2]}$ with $z\sim\mathcal N(0,q_l)$: the dashed
lines are the products of these factors, nothing is fitted.
"""
