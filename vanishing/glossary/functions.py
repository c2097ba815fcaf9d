"""Words for activations, and for what is built around a layer against vanishing gradients."""

from typing import Final

from vanishing.glossary.term import Term

FUNCTIONS: Final = (
    Term(
        *("sigmoid", "sigmoid"),
        "An activation from 0 to 1, flat at both ends; its derivative is at most ¼, at z = 0.",
        r"\sigma(z)=\frac1{1+e^{-z}},\qquad \sigma'=\sigma(1-\sigma)\le\tfrac14",
        "Rumelhart, Hinton & Williams 1986",
    ),
    Term(
        *("tanh", "tanh"),
        "An activation from −1 to 1, flat at both ends; its derivative is 1 at z = 0 and smaller "
        "elsewhere.",
        r"f(z)=\tanh z,\qquad f'=1-\tanh^2 z\le 1",
        "LeCun et al. 1998",
    ),
    Term(
        *("relu", "ReLU"),
        "An activation that passes positive z on and makes 0 of the rest: its derivative is 1 or "
        "0.",
        r"f(z)=\max(0,z)",
        "Nair & Hinton 2010",
    ),
    Term(
        *("leakyrelu", "leaky ReLU"),
        "ReLU with a small slope α for negative z, so that its derivative is nowhere 0.",
        r"f(z)=\max(z,\alpha z),\qquad 0<\alpha<1",
        "Maas, Hannun & Ng 2013",
    ),
    Term(
        *("elu", "ELU"),
        "Like ReLU for positive z; for negative z it bends smoothly towards −α.",
        r"f(z)=\alpha(e^z-1)\ \text{ for } z\le0",
        "Clevert, Unterthiner & Hochreiter 2016",
    ),
    Term(
        *("selu", "SELU"),
        "ELU with two constants chosen so that mean 0 and variance 1 are kept from layer to layer.",
        r"\begin{gathered}f(z)=\lambda\begin{cases}z&z>0\\ \alpha(e^z-1)&z\le0\end{cases}\\[6pt]"
        r"\lambda\approx1.0507,\ \alpha\approx1.6733\end{gathered}",
        "Klambauer et al. 2017",
    ),
    Term(
        *("softplus", "softplus"),
        "A smooth ReLU; its derivative is the sigmoid.",
        r"f(z)=\ln(1+e^z)",
        "Dugas et al. 2001",
    ),
    Term(
        *("softsign", "softsign"),
        "An activation from −1 to 1 that flattens more slowly than tanh.",
        r"f(z)=\frac{z}{1+|z|}",
        "Bergstra et al. 2009; Glorot & Bengio 2010",
    ),
    Term(
        *("gelu", "GELU"),
        "A smooth relative of ReLU: z times the probability that a normal number is below z.",
        r"f(z)=z\,\Phi(z)",
        "Hendrycks & Gimpel 2016",
    ),
    Term(
        *("silu", "SiLU"),
        "A smooth relative of ReLU: z times the sigmoid of z.",
        r"f(z)=z\,\sigma(z)",
        "Elfwing, Uchibe & Doya 2018",
    ),
    Term(
        *("hardtanh", "hard tanh"),
        "tanh made of straight lines: its derivative is 1 between −1 and 1, and 0 outside.",
        r"f(z)=\max(-1,\min(1,z))",
        "Collobert 2004",
    ),
    Term(
        *("identity", "identity"),
        "What passes its input on unchanged: as an activation it makes a net linear, as weights it "
        "is W = 1, as a skip it leads past a layer.",
        r"f(z)=z",
        "He, Zhang, Ren & Sun 2016; Le, Jaitly & Hinton 2015",
        "identity|linear",
    ),
    Term(
        *("normalisation", "normalisation"),
        "Shifting and scaling a layer's weighted sums to mean 0 and variance 1, then to a gain "
        "that is learned.",
        r"z=\gamma\,\frac{u-\operatorname{mean}u}{\sqrt{\operatorname{var}u+\varepsilon}}+b",
        "Ioffe & Szegedy 2015; Ba, Kiros & Hinton 2016",
        r"normali[sz]ation|normalised layers?|not normalised",
    ),
    Term(
        *("batchnorm", "batch norm"),
        "Normalisation of each unit over the inputs of a batch.",
        r"\hat u_i=\frac{u_i-\operatorname{mean}_{\text{batch}}u_i}"
        r"{\sqrt{\operatorname{var}_{\text{batch}}u_i+\varepsilon}}",
        "Ioffe & Szegedy 2015",
        r"batch[- ]norm(?:s|ali[sz]\w+)?|(?-i:BN)",
    ),
    Term(
        *("layernorm", "layer norm"),
        "Normalisation of each input over the units of a layer.",
        r"\hat u_i=\frac{u_i-\operatorname{mean}_{\text{units}}u}"
        r"{\sqrt{\operatorname{var}_{\text{units}}u+\varepsilon}}",
        "Ba, Kiros & Hinton 2016",
        r"layer[- ]norm(?:s|ali[sz]\w+)?|(?-i:LN)",
    ),
    Term(
        *("skip", "skip"),
        "A way around a layer: what went in is added to what comes out, so a gradient can pass "
        "unchanged.",
        r"a^l=a^{l-1}+f(z^l)",
        "He, Zhang, Ren & Sun 2016",
        "skips?(?: connections?)?|residual",
    ),
    Term(
        *("scaledskip", "scaled skip"),
        "A skip past a layer whose own part is made smaller the more layers there are, so that the "
        "sum does not grow.",
        r"a^l=a^{l-1}+\tfrac1{\sqrt L}\,f(z^l)",
        "Hayou et al. 2021",
        r"scaled (?:skips?|by 1/√L)|skip/√L|a \+ f\(z\)/√L",
    ),
)
