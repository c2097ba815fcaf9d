"""The equations of the gradient-descent page."""

RULES = r"""
Parameters $w$, cost $J$, gradient $g=\partial J/\partial w$, step size $\eta$. Gradient descent:
$w\leftarrow w-\eta g$. Momentum: $\Delta w\leftarrow\mu\,\Delta w-\eta g$. Adam: $\Delta w=-\eta\,
\hat m/(\sqrt{\hat v}+\epsilon)$, with running means $\hat m$ of $g$ and $\hat v$ of $g^2$ for each
parameter.
"""
BOWL = r"""
On $J=\tfrac12(w_1^2/\kappa+w_2^2)$ the curvatures are $\lambda_{\max}=1$ and
$\lambda_{\min}=1/\kappa$. Gradient descent multiplies the error in each direction by
$1-\eta\lambda$ per step; the best $\eta=2/(\lambda_{\max}+\lambda_{\min})$ makes both ends equally
fast, $\rho=(\kappa-1)/(\kappa+1)$. Momentum with
$\eta=4/(\sqrt{\lambda_{\max}}+\sqrt{\lambda_{\min}})^2$, $\mu=\rho^2$ reaches
$\rho=(\sqrt\kappa-1)/(\sqrt\kappa+1)$ (Polyak 1964); its error from rest is
$(1+k(1+\rho))(-\rho)^k$ in the steepest direction and $(1+k(1-\rho))\rho^k$ in the flattest.
"""
SURFACES = r"""
Neuron: $\hat y=\sigma(wx+b)$ on $x=-2,-1,1,2$ with targets $t=\sigma(x)$;
$J=\tfrac14\sum\tfrac12(\hat y-t)^2$ has $\partial J/\partial w=\tfrac14\sum(\hat y-t)\,
\hat y(1-\hat y)\,x$, cross-entropy $\tfrac14\sum(\hat y-t)\,x$ (drawn less its least value).
Rosenbrock: $J=(1-w_1)^2+100(w_2-w_1^2)^2$. Two minima:
$J=-T\ln(e^{-J_1/T}+e^{-J_2/T})+\tfrac14w_2^2$, $J_1=0.3+\tfrac12\lambda_1(w_1-1)^2$,
$J_2=\tfrac12\lambda_2(w_1+1)^2$, $T=0.1$, curvatures 4 and 1.
"""
TYPES = r"""
A type with $p$ binary digits ($p=11, 24, 53$) has neighbours of $w=1$ at $1-2^{-p}$ and
$1+2^{1-p}$. IEEE 754 rounds to the nearest, ties to the even digit: $1-\eta g=1$ once
$\eta g\le 2^{-p-1}$, so with $\eta=1$ from $n=\lceil(p+1)/2\rceil$ on. $0.25^n$ is subnormal below
$2^{e}$ ($e=-14,-126,-1022$) and 0 from $2^{e-p}$ down.
"""
