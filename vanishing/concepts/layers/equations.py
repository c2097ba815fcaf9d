"""The equations of the page on the gradient by layer."""

FRESH_NETS = r"""
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
norm and $\mathbb E[f'^2]/\mathbb E_b\mathrm{Var}[f\mid b]$, the variance over a batch for one bias
$b$, for batch norm; without biases that is $\pi/(\pi-1)$ for ReLU.
**Skips** $a^l=a^{l-1}+s f(z^l)$ make it $1+s^2\chi_l$ in an infinitely wide net. With $n$ units
about $1/n$ of the squared gradient lies along the signal and along the mean over the units, and
where $\mathbb E f\ne0$ this part grows faster: in the end as the squared signal $M$ does,

$$
\begin{gathered}
M_{l}=M_{l-1}+2s\,m_{l-1}\,\mathbb E f+s^2\,\mathbb E f^2,\\[6pt]
m_l=m_{l-1}+s\,\mathbb E f,
\end{gathered}
$$

with $m$ the mean of $a$: for ReLU with He's weights ×2.90 a layer and not ×2. The dashed line holds
both parts, to the first order in $1/n$.

The weights' gradient is a product: $\partial J/\partial W^l$ is the sum over the batch of
$\partial J/\partial z^l$ times the layer's input $a^{l-1}$.
"""
