"""The equations of the page on depth."""

DEPTH = r"""
**Measured.** For a technique and a depth $L$ (hidden layers), $S$ networks train for the stated
budget; $A(L)$ is their median accuracy on the training data, with the first of the stated step
sizes $\eta$ that reaches 0.99, or else the best of them. A network that diverges, whose numbers
become infinite, counts as accuracy 0. With the threshold $\theta$, the limit is the largest tested
$L$ with $A(L') \ge \theta$ at every tested $L' \le L$. A depth that reaches $\theta$ beyond a gap
does not count.

**Theory.** Going back through one layer of a wide net multiplies the squared gradient
by $\chi$, and over $\ell$ layers by

$$
\chi^{\ell} = e^{\pm \ell/\xi}, \qquad \xi = \frac{1}{|\ln \chi|}.
$$

For a plain net $\chi = \sigma_w^2\,\mathrm{E}\,\phi'(\sqrt{q^*}z)^2$ with $z \sim N(0, 1)$,
activation $\phi$, $\sigma_w^2$ a unit's number of inputs times the variance of its weights, and
$q^*$ the variance of the pre-activations deep in the net; biases start at 0. Layer norm sets
$q = 1$: $\chi = \mathrm{E}\,\phi'^2/\mathrm{E}\,\phi^2$. Batch norm also takes out the mean:
$\chi = \mathrm{E}\,\phi'^2/\mathrm{Var}\,\phi$, which for ReLU is $\pi/(\pi-1)\approx 1.467$. With
skips $a + s\,\phi(z)$ the factor is $1 + s^2\chi$ if $\mathrm{E}\,\phi = 0$; else, below some
$\ln n$ layers of $n$ units, the gradient follows the signal, whose mean the skips add up: ×2.90 and
not ×2 a layer for ReLU with He's weights. Where the factor tends to 1 with depth, $\xi = \infty$.
Schoenholz et al. (2017) found plain nets trainable down to about $6\,\xi$.
"""
