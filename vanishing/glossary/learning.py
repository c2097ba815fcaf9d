"""Words for learning: the cost, and the ways down it."""

from typing import Final

from vanishing.glossary.term import Term

LEARNING: Final = (
    Term(
        *("cost", "cost J (loss)"),
        "One number that says how wrong a net's answers are, averaged over the inputs; training "
        "makes it smaller.",
        r"J(w)=\frac1B\sum_{i=1}^{B}\ell(\hat y_i,y_i)",
        "Nielsen 2015, ch. 1",
        "costs?(?: J)?|loss(?:es)?",
    ),
    Term(
        *("squared", "squared error"),
        "A cost: half the squared difference between answer and target, or all of it.",
        r"\ell=\tfrac12(\hat y-y)^2",
        "Nielsen 2015, ch. 1, where it is called quadratic cost",
        "squared errors?",
    ),
    Term(
        *("crossentropy", "cross-entropy"),
        "A cost for probabilities: minus the logarithm of the probability given to the right "
        "class.",
        r"\ell=-\ln \hat y_{\text{right}}",
        "Nielsen 2015, ch. 3",
        "cross[- ]entropy",
    ),
    Term(
        *("accuracy", "accuracy"),
        "The share of the inputs that a net puts into the right class.",
        r"A=\frac{\#\text{right}}{\#\text{inputs}}",
        "Nielsen 2015, ch. 1",
        "accuracy(?! wanted)|right answers",
    ),
    Term(
        *("descent", "gradient descent"),
        "Each step moves every weight against its derivative, so that the cost falls.",
        r"w\leftarrow w-\eta\,\frac{\partial J}{\partial w}",
        "Nielsen 2015, ch. 1",
    ),
    Term(
        *("rate", "step size η (learning rate)"),
        "What a gradient is multiplied by to give the step: too small crawls, too large diverges.",
        r"\Delta w=-\eta\,g",
        "Nielsen 2015, ch. 1 and 3",
        "step sizes?(?: η)?|learning rates?|η",
    ),
    Term(
        *("step", "step (iteration)"),
        "One update of all weights; a budget says how many there may be.",
        r"w_{k+1}=w_k+\Delta w_k",
        "Nielsen 2015, ch. 1",
        "steps(?: \\(budget\\))?|iterations?|training steps|updates",
    ),
    Term(
        *("epoch", "epoch"),
        "As many steps as it takes to use every input once.",
        r"1\text{ epoch}=\lceil N/B\rceil\text{ steps}",
        "Nielsen 2015, ch. 1",
    ),
    Term(
        *("batch", "batch"),
        "The inputs over which one step averages its gradient.",
        r"g=\frac1B\sum_{i=1}^{B}\frac{\partial \ell_i}{\partial w}",
        "Nielsen 2015, ch. 1",
        "batch(?:es)?(?![- ]norm)",
    ),
    Term(
        *("optimiser", "optimiser"),
        "The rule that turns gradients into steps.",
        r"\Delta w_k=F(g_1,\dots,g_k)",
        "Polyak 1964; Kingma & Ba 2015",
        "optimisers?",
    ),
    Term(
        *("momentum", "momentum μ"),
        "Gradient descent that keeps the share μ of its last step: it gathers speed along a "
        "valley.",
        r"\Delta w\leftarrow\mu\,\Delta w-\eta\,g",
        "Polyak 1964",
        "momentum(?:'s)?",
    ),
    Term(
        *("adam", "Adam"),
        "Divides each gradient by its own usual size: every weight moves by about η per step.",
        r"\Delta w=-\eta\,\frac{\hat m}{\sqrt{\hat v}+\varepsilon}",
        "Kingma & Ba 2015",
        "adam(?:'s)?",
    ),
    Term(
        *("clipping", "gradient clipping"),
        "A gradient longer than a threshold c is shortened to c; its direction stays.",
        r"g\leftarrow g\,\frac{c}{\|g\|}\ \text{ if }\ \|g\|>c",
        "Pascanu et al. 2013",
        "clip(?:s|ped|ping)?",
    ),
    Term(
        *("kappa", "condition number κ"),
        "The largest curvature over the smallest: 1 is a round bowl, 1,000 a long flat valley.",
        r"\kappa=\frac{\lambda_{\max}}{\lambda_{\min}}",
        "Polyak 1964; Boyd & Vandenberghe 2004, ch. 9",
        "condition numbers?|κ",
    ),
    Term(
        *("curvature", "curvature λ"),
        "How fast the slope itself changes along a direction; step sizes above 2/λ diverge.",
        r"\lambda=\frac{\partial^2 J}{\partial w^2}",
        "Boyd & Vandenberghe 2004, ch. 9",
        "curvatures?|λₘₐₓ|λₘᵢₙ|2/λ(?:ₘₐₓ)?",
    ),
    Term(
        *("diverging", "diverging"),
        "Descent diverges where each step lands farther from the minimum than the last; the "
        "training of a net, where it has met a number that is inf or NaN.",
        r"|1-\eta\lambda|>1",
        "Boyd & Vandenberghe 2004, ch. 9",
        r"diverg\w+",
    ),
    Term(
        *("plateau", "plateau"),
        "Where the cost is flat: the gradient is tiny, though no minimum is near.",
        r"\|g\|\approx 0,\quad J\gg \min J",
        "Nielsen 2015, ch. 3",
    ),
    Term(
        *("minimum", "local minimum"),
        "A point below all others near it, which need not be the lowest of all.",
        r"J(w_0)\le J(w)\ \text{ for all } w \text{ near } w_0",
        "Kapur 2016, the article; Boyd & Vandenberghe 2004, ch. 1",
        "(?:local )?minim(?:um|a)",
    ),
    Term(
        *("ratio", "update : weights"),
        "How far one step moves a layer, relative to its weights; about 10⁻³ is usual.",
        r"\frac{\operatorname{std}\Delta W}{\operatorname{std}W}",
        "Karpathy, CS231n",
        "updates? : weights?",
    ),
)
