"""The equations of the page on recurrent nets."""

TIME = r"""
The state is $h_t=f(z_t)$ with pre-activation $z_t=W h_{t-1}+U x_t+b$; $x_t$ is the input, $W$ and
$U$ are weights, $b$ a bias. With $D_s=\operatorname{diag} f'(z_s)$,

$$
\begin{gathered}
\frac{\partial h_T}{\partial h_t}=D_T W\,D_{T-1}W\cdots D_{t+1}W,\\[6pt]
\Bigl\|\frac{\partial h_T}{\partial h_t}\Bigr\|_2\le(\gamma\,\sigma_{\max})^{T-t},
\end{gathered}
$$

where $\gamma=\max|f'|$ (1 for tanh, ReLU and linear, ¼ for sigmoid) and $\sigma_{\max}=\|W\|_2$ is
the largest singular value: below $1/\gamma$ the gradient must vanish (Pascanu et al. 2013). The
largest eigenvalue says nothing of the kind, because the $D_s$ stand between; only in a linear net,
where they do not, it decides in the end: below 1 the gradient vanishes. (Of orthogonal·g and
identity·g, and of a single unit, every $|\lambda|$ is $\sigma_{\max}$ itself.) $\|\cdot\|_2$ is the
most that any gradient is multiplied by; $\|\cdot\|_F/\sqrt n$, with the Frobenius norm and $n$
units, what one of random direction is. Predicted for $n\to\infty$, with inputs of variance
$\sigma_x^2$: $q_{t+1}=g^2\,\mathbb E f(z)^2+\sigma_x^2$ with $z\sim\mathcal N(0,q_t)$, RMS of $h_t$
$\sqrt{\mathbb E f(z)^2}$, and $\|\cdot\|_F/\sqrt n=\prod_s g\sqrt{\mathbb E f'(z_s)^2}$. It is as
through the layers of a deep net, although all steps share $W$; with $n$ units it holds for a few
times $\sqrt n$ steps.
"""
LEARN = r"""
Plain net: $h_t=f(h_{t-1}W+x_tU+b)$. LSTM: gates $i,f,o=\sigma(\cdot)$ and candidate
$g=\tanh(\cdot)$, each of such a sum with weights of its own; $c_t=f\odot c_{t-1}+i\odot g$,
$h_t=o\odot\tanh c_t$. Answer $\hat y=h_TV+d$, loss $J=$ mean of $(\hat y-y)^2$, gradients by full
back-propagation through time. Clipping by norm: if $\|g\|>c$, then $g\leftarrow g\,c/\|g\|$, where
$g$ is the gradient of all parameters of a net and $c$ the threshold (Pascanu et al. 2013). Each
input $x_t$ is a value from $[0,1]$ and a mark. Adding: the sum of the two marked values is asked
for, and always answering the mean costs $2\cdot\tfrac1{12}=\tfrac16$. Recall: the first value is
asked for; the baseline is $\tfrac1{12}$.
"""
