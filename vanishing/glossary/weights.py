"""Words for initial weights, and for what theory says of wide nets and of matrices."""

from typing import Final

from vanishing.glossary.term import Term

WEIGHTS: Final = (
    Term(
        *("initialisation", "initialisation"),
        "How the weights are drawn before training; their spread decides whether signals and "
        "gradients keep their size.",
        r"W_{ij}\sim p,\qquad \mathbb E\,W_{ij}=0",
        "Glorot & Bengio 2010; He et al. 2015",
        r"initiali[sz]\w+",
    ),
    Term(
        *("normal", "N(0, 1) and N(0, σ²)"),
        "The normal distribution with mean 0 and variance 1, or σ²: two of three draws lie within "
        "one standard deviation.",
        r"p(w)=\frac1{\sqrt{2\pi}\,\sigma}\,e^{-w^2/2\sigma^2}",
        "Kapur 2016, the article, for weights",
        r"N\(0, ?(?:1|σ²|value²)\)",
    ),
    Term(
        *("uniform", "uniform ±1/√n"),
        "Weights drawn evenly from −1/√n to 1/√n, n being the fan-in: variance 1/(3n), too small "
        "for a deep net.",
        r"W\sim U\!\left[-\tfrac1{\sqrt n},\tfrac1{\sqrt n}\right],\qquad \sigma_w^2=\tfrac13",
        "Glorot & Bengio 2010, where it is called standard",
        r"(?:uniform |U\()±1/√n\)?",
    ),
    Term(
        *("xavier", "Xavier (Glorot)"),
        "Weights with a variance between what keeps the signal and what keeps the gradient, for "
        "activations like tanh.",
        r"\operatorname{Var}W=\frac{2}{n_{\text{in}}+n_{\text{out}}}",
        "Glorot & Bengio 2010, where it is called normalized",
        r"xavier(?: normal| uniform)?(?:'s)?",
    ),
    Term(
        *("he", "He"),
        "Weights with variance 2/fan-in: twice 1/n, because ReLU switches half of the units off.",
        r"\operatorname{Var}W=\frac{2}{n_{\text{in}}}",
        "He, Zhang, Ren & Sun 2015",
        r"(?-i:He)(?! et al|, Zhang)(?: normal| uniform)?(?:'s)?",
    ),
    Term(
        *("lecun", "LeCun"),
        "Weights with variance 1/fan-in, which keeps the size of a signal through a linear layer.",
        r"\operatorname{Var}W=\frac{1}{n_{\text{in}}}",
        "LeCun et al. 1998",
        "LeCun(?! et al|, Bottou)(?: normal)?",
    ),
    Term(
        *("orthogonal", "orthogonal weights"),
        "A weight matrix that keeps every length: all its singular values are 1.",
        r"W^{\!\top}W=I",
        "Saxe, McClelland & Ganguli 2014",
        "orthogonal(?: weights)?",
    ),
    Term(
        *("positive", "positive weights"),
        "Weights that are all above 0, the article's remedy for dying ReLUs; here |N(0, 1/n)|.",
        r"W=|u|,\ u\sim\mathcal N(0,1/n),\quad \mathbb E\,W=\sqrt{\tfrac{2}{\pi n}}",
        "Kapur 2016, the article; the scale is ours",
        "positive (?:only|weights)",
    ),
    Term(
        *("fanin", "fan-in"),
        "The number of inputs of a unit.",
        r"n_{\text{in}}",
        "Glorot & Bengio 2010",
        "fan-in|n_in",
    ),
    Term(
        *("fanout", "fan-out"),
        "The number of units that a unit's output goes to.",
        r"n_{\text{out}}",
        "Glorot & Bengio 2010",
        "fan-out|n_out",
    ),
    Term(
        *("weightvariance", "weight variance n·Var(w)"),
        "The variance of a weight times the fan-in n: it does not depend on the width.",
        r"\sigma_w^2=n\operatorname{Var}(W_{ij})",
        "Poole et al. 2016; Schoenholz et al. 2017",
        r"n·Var\(w\)|Var\(w\)|std\(w\)|weight variance|weight scales?",
    ),
    Term(
        *("biasvariance", "bias variance Var(b)"),
        "The variance of the initial biases.",
        r"\sigma_b^2=\operatorname{Var}(b_i)",
        "Poole et al. 2016; Schoenholz et al. 2017",
        r"Var\(b\)|std\(b\)|variance of the biases|bias spread",
    ),
    Term(
        *("meanfield", "mean-field theory"),
        "What holds for infinitely wide layers: every pre-activation is normal, and its variance "
        "alone is followed from layer to layer.",
        r"z^l_i\sim\mathcal N(0,q_l)",
        "Poole et al. 2016; Schoenholz et al. 2017",
        r"mean[- ]field(?: theory)?|wide-net theory|(?:infinitely )?wide nets?",
    ),
    Term(
        *("q", "signal size q"),
        "The variance of a layer's pre-activations: their mean square.",
        r"q_{l+1}=\sigma_w^2\,\mathbb E\,[f(\sqrt{q_l}\,x)^2]+\sigma_b^2,"
        r"\quad x\sim\mathcal N(0,1)",
        "Poole et al. 2016",
        "signal sizes?|q",
    ),
    Term(
        *("qstar", "fixed point q*"),
        "The signal size that a deep net settles at: one more layer no longer changes it.",
        r"q^*=\sigma_w^2\,\mathbb E\,[f(\sqrt{q^*}\,x)^2]+\sigma_b^2",
        "Poole et al. 2016",
        r"q\*|fixed points?",
    ),
    Term(
        *("chi", "susceptibility χ"),
        "The factor by which one layer multiplies the mean squared gradient on its way back.",
        r"\chi=\sigma_w^2\,\mathbb E\,[f'(\sqrt{q^*}\,x)^2]",
        "Schoenholz et al. 2017",
        "χ₁?|√χ₁?|susceptibility",
    ),
    Term(
        *("critical", "critical line"),
        "The weight and bias variances at which gradients neither vanish nor explode: χ is 1.",
        r"\chi(\sigma_w^2,\sigma_b^2)=1",
        "Poole et al. 2016; Schoenholz et al. 2017",
        r"critical(?:ity)?(?: line| scale)?",
    ),
    Term(
        *("xi", "depth scale ξ"),
        "The number of layers over which the squared gradient changes by a factor e, which is "
        "2.718.",
        r"\xi=\frac{1}{|\ln\chi|},\qquad \delta^2\propto e^{\pm l/\xi}",
        "Schoenholz et al. 2017",
        "depth scale|ξ|e-folds?",
    ),
    Term(
        *("gain", "gain g"),
        "What all recurrent weights are multiplied by: at 1 a linear net keeps the size of its "
        "signals.",
        r"W_{ij}\sim\mathcal N(0,g^2/n)",
        "Chen, Pennington & Schoenholz 2018",
        r"gains?(?: g)?(?! \$| 1\))|N\(0, g²/n\)",
    ),
    Term(
        *("radius", "spectral radius"),
        "The size of a matrix's largest eigenvalue: it rules W·W·W…, but not products with "
        "slopes between.",
        r"\rho(W)=\max_i|\lambda_i|",
        "Pascanu et al. 2013",
        "spectral radius|(?:largest )?eigenvalues?",
    ),
    Term(
        *("singular", "largest singular value"),
        "The most that a matrix can stretch a vector, also called its spectral norm.",
        r"\|W\|_2=\sigma_{\max}=\max_{x\ne0}\frac{\|Wx\|}{\|x\|}",
        "Pascanu et al. 2013",
        "(?:largest |mean )?singular values?|spectral norm|‖·‖₂|‖W‖₂",
    ),
    Term(
        *("frobenius", "Frobenius norm"),
        "The root of the sum of a matrix's squares; over √n it is what a vector of random "
        "direction is stretched by, as a root mean square.",
        r"\|M\|_F=\sqrt{\textstyle\sum_{ij}M_{ij}^2}",
        "Chen, Pennington & Schoenholz 2018",
        r"frobenius norm",
    ),
    Term(
        *("jacobian", "Jacobian"),
        "The matrix of all derivatives of several outputs by several inputs.",
        r"\Bigl(\frac{\partial h_T}{\partial h_t}\Bigr)_{ij}="
        r"\frac{\partial h_{T,i}}{\partial h_{t,j}}",
        "Pascanu et al. 2013",
        r"jacobians?|∂h\(T\)/∂h\(t\)|∂h_T/∂h_\(?\w",
    ),
)
