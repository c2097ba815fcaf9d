"""Words for what a net is made of, and for what passes through it."""

from typing import Final

from vanishing.glossary.term import Term

NETS: Final = (
    Term(
        *("unit", "unit"),
        "One node of a layer, also called neuron: it adds up its weighted inputs and a bias, and "
        "applies the activation.",
        r"a=f(w\cdot x+b)",
        "Nielsen 2015, ch. 1",
        "units?|neurons?",
    ),
    Term(
        *("layer", "hidden layer"),
        "Units side by side that get the same inputs; it is hidden where it is neither input nor "
        "output.",
        r"a^l=f(W^l a^{l-1}+b^l),\quad l=1,\dots,L",
        "Nielsen 2015, ch. 1",
        "(?:hidden )?layers?",
    ),
    Term(
        *("depth", "depth L"),
        "The number of layers that a signal passes; where a label says so, of the hidden ones.",
        r"x\to a^1\to a^2\to\dots\to a^L",
        "Nielsen 2015, ch. 1",
        "depths?|deep(?:er|est)?",
    ),
    Term(
        *("width", "width n"),
        "The number of units in a layer.",
        r"a^l\in\mathbb R^{n}",
        "Schoenholz et al. 2017",
        "width|units n",
    ),
    Term(
        *("weight", "weight w"),
        "What a unit multiplies one of its inputs by; training changes it.",
        r"z_i=\sum_j W_{ij}\,x_j+b_i",
        "Nielsen 2015, ch. 1",
        "weights?|w[₁₂₃₄₅]",
    ),
    Term(
        *("bias", "bias b"),
        "What a unit adds to its weighted sum, whatever its inputs are; training changes it.",
        r"z=w\cdot x+b",
        "Nielsen 2015, ch. 1",
        "bias(?:es)?",
    ),
    Term(
        *("preactivation", "pre-activation z"),
        "A unit's weighted sum plus its bias: what goes into the activation.",
        r"z^l=W^l a^{l-1}+b^l",
        "Nielsen 2015, ch. 2, where it is called weighted input",
        "pre-activations?|z",
    ),
    Term(
        *("activation", "activation f"),
        "The function, written f, that turns a unit's pre-activation into its output; that "
        "output is called so, too.",
        r"a=f(z)",
        "Nielsen 2015, ch. 2",
        "activations?|activit(?:y|ies)",
    ),
    Term(
        *("derivative", "derivative f′(z)"),
        "The slope of the activation at z: the factor that a gradient is multiplied by on its way "
        "back through a unit.",
        r"f'(z)=\frac{\mathrm df}{\mathrm dz}",
        "Nielsen 2015, ch. 2",
        "derivatives?|slopes?|[fφσ]′|f'",
    ),
    Term(
        *("gradient", "gradient"),
        "All the derivatives of the cost: it points where the cost rises fastest, and its size "
        "says how fast.",
        r"g=\frac{\partial J}{\partial w}",
        "Nielsen 2015, ch. 1",
    ),
    Term(
        *("delta", "∂J/∂z (delta)"),
        "How the cost changes with a layer's pre-activations: the gradient that is passed back "
        "from layer to layer.",
        r"\delta^l=\frac{\partial J}{\partial z^l}="
        r"\big({W^{l+1}}^{\!\top}\delta^{l+1}\big)\odot f'(z^l)",
        "Nielsen 2015, ch. 2; Glorot & Bengio 2010",
        "∂J/∂z|back-propagated gradients?|delta",
    ),
    Term(
        *("weightgradient", "∂J/∂W"),
        "How the cost changes with a layer's weights: delta times what the layer gets as input.",
        r"\frac{\partial J}{\partial W^l}=\delta^l\,{a^{l-1}}^{\!\top}",
        "Nielsen 2015, ch. 2; Glorot & Bengio 2010",
        r"∂J/∂[Ww](?:\w+)?|weights?['’]s? gradients?",
    ),
    Term(
        *("backpropagation", "backpropagation"),
        "Computing the gradient from the last layer to the first, by the chain rule.",
        r"\delta^L\to\delta^{L-1}\to\dots\to\delta^1",
        "Rumelhart, Hinton & Williams 1986; Nielsen 2015, ch. 2",
        r"back-?propagat\w+",
    ),
    Term(
        *("chainrule", "chain rule"),
        "The derivative of functions one behind the other is the product of their derivatives.",
        r"\frac{\partial J}{\partial x}=\frac{\partial J}{\partial h_L}"
        r"\prod_{l=1}^{L}w_l\,f'(z_l)",
        "Nielsen 2015, ch. 5",
        "chain[- ]rule",
    ),
    Term(
        *("vanishing", "vanishing"),
        "A gradient vanishes where each step back makes it smaller, as a rule exponentially; here "
        "it is said from a factor of 10 on.",
        r"|\delta^{1}|\approx\rho^{\,L-1}\,|\delta^{L}|,\quad \rho<1",
        "Hochreiter & Schmidhuber 1997; Pascanu et al. 2013",
        "vanish(?:es|ed|ing)?",
    ),
    Term(
        *("exploding", "exploding"),
        "A gradient, or a signal, explodes where each step makes it larger, as a rule "
        "exponentially; here it is said from a factor of 10 on.",
        r"|\delta^{1}|\approx\rho^{\,L-1}\,|\delta^{L}|,\quad \rho>1",
        "Pascanu et al. 2013",
        "explod(?:es?|ed|ing)|explosions?",
    ),
    Term(
        *("saturation", "saturation"),
        "A unit saturates where |z| is so large that its activation is flat: its derivative is "
        "then nearly 0.",
        r"|z|\gg 1\;\Rightarrow\;f'(z)\approx 0",
        "Glorot & Bengio 2010",
        r"saturat\w+",
    ),
    Term(
        *("dead", "dead unit"),
        "A unit whose ReLU is off for every input: its gradient is exactly 0, and plain gradient "
        "descent leaves its weights as they are.",
        r"z(x_i)\le 0\ \text{ for every input } x_i",
        "Lu et al. 2020; Maas et al. 2013",
        "dead|dies|died|dying|deaths?",
    ),
    Term(
        *("born", "born dead"),
        "A ReLU net is born dead if its weights, as drawn, leave some layer off for every input: "
        "its output is constant.",
        r"P\le 1-\prod_{l=1}^{L-1}\bigl(1-2^{-N_l}\bigr)",
        "Lu et al. 2020",
    ),
    Term(
        *("sparsity", "sparsity"),
        "Only a share of the units is on for a given input; the others give exactly 0.",
        r"\frac1N\,\#\{i: z_i>0\}<1",
        "Glorot, Bordes & Bengio 2011",
        "sparsity|sparse",
    ),
    Term(
        *("leaky", "leaky slope α"),
        "The small slope of leaky ReLU for negative z: a unit that is off still gets a gradient.",
        r"f'(z)=\alpha\ \text{ for } z\le 0",
        "Maas, Hannun & Ng 2013",
        "leaky slopes?(?: α)?|α of leaky ReLU",
    ),
    Term(
        *("softmax", "softmax"),
        "Turns the outputs for several classes into probabilities: positive, and 1 in all.",
        r"\hat y_k=\frac{e^{z_k}}{\sum_j e^{z_j}}",
        "Nielsen 2015, ch. 3",
    ),
    Term(
        *("state", "hidden state h"),
        "What a recurrent net remembers from one time step to the next.",
        r"h_t=f(W h_{t-1}+U x_t+b)",
        "Pascanu et al. 2013",
        r"(?:hidden )?states?|h\(t\)|h_t",
    ),
    Term(
        *("recurrent", "recurrent net"),
        "A net that reads a sequence step by step, with the same weights at every step.",
        r"\frac{\partial h_T}{\partial h_t}=\prod_{s=t+1}^{T}\operatorname{diag}f'(z_s)\,W",
        "Pascanu et al. 2013",
        "recurrent|time steps?",
    ),
    Term(
        *("lstm", "LSTM"),
        "A recurrent net with a memory cell to which gates let values in, and which is carried on "
        "by a sum, not by a product with weights.",
        r"\begin{gathered}c_t=f_t\odot c_{t-1}+i_t\odot g_t,\\ h_t=o_t\odot\tanh c_t\end{gathered}",
        "Hochreiter & Schmidhuber 1997; Gers et al. 2000",
        "LSTM|gated",
    ),
    Term(
        *("forget", "forget bias"),
        "The initial bias of an LSTM's forget gate: a large one keeps the gate open, and the "
        "memory with it.",
        r"f_t=\sigma(W_f h_{t-1}+U_f x_t+b_f)",
        "Gers et al. 2000",
        "forget bias|forget gate",
    ),
)
