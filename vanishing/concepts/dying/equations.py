"""The equations of the dying-ReLU page, by what its sections show."""

UNIT = r"""
A unit with weights $w$, bias $b$ and input $x$ has the pre-activation $z=w\cdot x+b$ and gives
$\max(0,z)$, or $\alpha z$ for $z\le0$ if leaky. For any loss $J$ over the inputs $x_i$, with
$a_i=f(z_i)$,

$$
\begin{gathered}
\frac{\partial J}{\partial w}=\sum_i\frac{\partial J}{\partial a_i}\,f'(z_i)\,x_i,\\[6pt]
\frac{\partial J}{\partial b}=\sum_i\frac{\partial J}{\partial a_i}\,f'(z_i).
\end{gathered}
$$

If $z_i\le 0$ for every input and $\alpha=0$, every $f'(z_i)$ is 0, and so is each term: dead. That
is the case exactly when $b\le-\max_i w\cdot x_i$.
"""
POSITIVE = r"""
Positive weights $w=|u|$, $u\sim\mathcal N(0,1/n)$, inputs nowhere negative and biases of 0: every
$z\ge0$, each layer is linear, and its mean grows by $n\,\mathbb E\,w=\sqrt{2n/\pi}$.
"""
BORN = r"""
For weights (and biases) distributed symmetrically about 0, a layer of $N$ units is off for one
given input with probability $2^{-N}$. A net of $L$ layers, $L-1$ of them hidden, is born dead with

$$
P\;\le\;1-\prod_{l=1}^{L-1}\bigl(1-2^{-N_l}\bigr)
$$

(Lu et al. 2020): it must be off for *every* input, here for the inputs −1 and 1. Without biases
these two decide for the whole line.
"""
SPARSE = r"""
Zero biases, weights symmetric about 0, $N$ units per layer: before training a unit of hidden layer
$l$ is off for a given input with probability $1-\tfrac12(1-2^{-N})^{l-1}$.
"""
