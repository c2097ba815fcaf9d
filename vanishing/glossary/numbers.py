"""Words for numbers: how a computer holds them, and how many of them are summed up."""

from typing import Final

from vanishing.glossary.term import Term

NUMBERS: Final = (
    Term(
        *("float", "float16, float32, float64"),
        "Numbers held in 16, 32 or 64 bits: 11, 24 or 53 binary digits, and a range that ends.",
        r"x=\pm\,m\cdot 2^{e},\qquad 1\le m<2",
        "IEEE 754",
        "float(?:16|32|64)|number types?|floats?",
    ),
    Term(
        *("underflow", "underflow"),
        "A number too small for its type becomes exactly 0.",
        r"\begin{gathered}0.25^{n}\to0\ \text{ from } n=13,\ 75,\ 538 \text{ on}\\"
        r"\text{in float16, float32, float64}\end{gathered}",
        "IEEE 754",
        r"underflow\w*",
    ),
    Term(
        *("overflow", "overflow"),
        "A number too large for its type becomes infinite.",
        r"x\ge(2-2^{-p})\,2^{e_{\max}}\;\to\;\infty",
        "IEEE 754",
        r"overflow\w*",
    ),
    Term(
        *("subnormal", "subnormal"),
        "A number so near 0 that its type holds it with fewer digits than usual.",
        r"0<|x|<2^{e},\quad e=-14,\ -126,\ -1022",
        "IEEE 754",
    ),
    Term(
        *("absorbed", "absorbed update"),
        "A step too small for the weight's digits: w − ηg is rounded back to w.",
        r"w-\eta g=w\ \text{ though }\ \eta g\ne0",
        "IEEE 754",
        "absorbed|w − ηg equals w",
    ),
    Term(
        *("median", "median"),
        "The middle of the sorted numbers: half of them lie below it.",
        r"P(X\le m)=\tfrac12",
        "Hanin 2018, for why not the mean",
    ),
    Term(
        *("quantile", "quantile"),
        "The number below which a given share of the numbers lies.",
        r"P(X\le x_p)=p",
        "Hyndman & Fan 1996",
    ),
    Term(
        *("band", "10–90 % band"),
        "From the number that a tenth of the draws lies below to the one that a tenth lies above: "
        "four of five lie within.",
        r"[\,x_{0.1},\,x_{0.9}\,]",
        "Hyndman & Fan 1996",
        "(?:10–90 % )?bands?",
    ),
    Term(
        *("seed", "seed"),
        "The number that a random draw starts from: the same seed, the same draws.",
        r"(x_1,x_2,\dots)=G(\text{seed})",
        "O'Neill 2014, PCG",
    ),
    Term(
        *("rms", "RMS"),
        "Root mean square: the typical size of numbers, whatever their signs.",
        r"\operatorname{RMS}x=\sqrt{\tfrac1n\textstyle\sum_i x_i^2}",
        "Glorot & Bengio 2010",
        "RMS|root mean square",
    ),
    Term(
        *("deviation", "standard deviation σ"),
        "How far numbers spread about their mean: the root of their variance.",
        r"\sigma=\sqrt{\mathbb E\,(x-\mathbb E x)^2}",
        "Glorot & Bengio 2010",
        r"standard deviations?|σ, spread(?: of z)?|σ of N\(0, σ²\)",
    ),
    Term(
        *("variance", "variance"),
        "The mean squared distance of numbers from their mean.",
        r"\operatorname{Var}x=\mathbb E\,(x-\mathbb E x)^2",
        "Glorot & Bengio 2010",
        r"variances?|var",
    ),
    Term(
        *("quadrature", "quadrature"),
        "Computing an average exactly enough by a weighted sum at chosen points, without drawing.",
        r"\mathbb E\,f(x)\approx\sum_k \omega_k f(x_k)",
        "Golub & Welsch 1969",
    ),
    Term(
        *("measured", "measured"),
        "What nets that were really drawn, or trained, gave here.",
        r"x_s,\quad s=1,\dots,S\ \text{ seeds}",
        "This app's own word; see Papers",
    ),
    Term(
        *("predicted", "predicted"),
        "What theory says before anything is drawn; it is not fitted.",
        r"\mathbb E\,x\ \text{ or its limit for } n\to\infty",
        "This app's own word; Schoenholz et al. 2017",
        "predict(?:s|ed|ion|ions)?",
    ),
    Term(
        *("bound", "bound"),
        "A limit that cannot be passed, and that need not be reached.",
        r"|w\,\sigma'(z)|\le\tfrac14\ \text{ if }\ |w|\le1",
        "This app's own word; Pascanu et al. 2013",
    ),
)
