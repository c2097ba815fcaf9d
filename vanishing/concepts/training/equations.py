"""The equations of the training page."""

TRAINING = r"""
Gradient descent repeats $w \leftarrow w - \eta\,\partial J/\partial w$ for a budget of steps, where
$J$ is the mean loss over the batch and $\eta$ the step size. With pre-activations
$z^l = a^{l-1}W^l + b^l$, activations $a^l=f(z^l)$ and $\delta^l=\partial J/\partial z^l$,

$$
\begin{gathered}
\delta^l = \big(\delta^{l+1}{W^{l+1}}^{\!\top}\big)\odot f'(z^l),\\[6pt]
\frac{\partial J}{\partial W^l} = {a^{l-1}}^{\!\top}\delta^l .
\end{gathered}
$$

The weight gradient is a product of two: where activations shrink towards the last layers as fast as
$\delta$ shrinks towards the first, $\partial J/\partial W$ looks even in all layers. The ratio
"update : weights" is the standard deviation of what a step adds to a layer's weights, over that of
the weights. A normalised layer has, with $u=a^{l-1}W^l$,

$$
z^l=\gamma\odot\frac{u-\operatorname{mean}u}{\sqrt{\operatorname{var}u+\varepsilon}}+b^l,
$$

taken over the batch for each unit (batch norm) or over the units for each input (layer norm); the
gain $\gamma$ starts at 1 and is learned. With skips, from the second of $L$ hidden layers on,
$a^l=a^{l-1}+s\,f(z^l)$, where $s=1$ (identity) or $1/\sqrt L$ (scaled). Output, with pre-activation
$z$ of the last layer: two classes
$\hat y = 1/(1+e^{-z})$ and loss $-y\ln\hat y-(1-y)\ln(1-\hat y)$; several classes
$\hat y_k = e^{z_k}/\sum_j e^{z_j}$ and loss $-\ln \hat y_{\text{right}}$; regression
$\hat y = z$ and loss $\tfrac12(\hat y-y)^2$. For all three
$\delta = (\hat y - y)/B$ in the output layer, for a batch of $B$ inputs.
"""
