"""The equations of the page on chain-rule products."""

CHAIN = r"""
Layer $l$ computes $z_l = w_l h_{l-1}$ and $h_l = f(z_l)$, with $h_0 = x$ and no biases; the
cost is $J=\tfrac12(h_L-\text{target})^2$. The chain rule gives one factor per layer,

$$
\begin{gathered}
\frac{\partial h_n}{\partial x}=\prod_{l=1}^{n} w_l\,f'(z_l),\\[6pt]
\frac{\partial J}{\partial w_1}=\frac{\partial J}{\partial h_L}\;
\Big(\prod_{l=2}^{L} w_l\,f'(z_l)\Big)\;f'(z_1)\;x .
\end{gathered}
$$

Its logarithm is a sum, $\log|\partial h_n/\partial x|=\sum_l \log|w_lf'(z_l)|$, whose mean
and variance the theory finds by quadrature, following $|h_l|$ from layer to layer. If every
$|w_l|\le 1$ the product is at most $(\max|f'|)^n$: $0.25^n$ for sigmoid.
"""
