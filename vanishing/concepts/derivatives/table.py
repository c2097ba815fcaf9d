"""The derivative-ranges page as data."""

from vanishing.concepts.shared import ACTIVATIONS, leaky_alpha, seed
from vanishing.ui.controls import many, scale, steps
from vanishing.ui.page import Layout, Page, Preset

PAGE = Page(
    key="der",
    path="derivatives",
    title="Derivatives",
    icon=":material/show_chart:",
    question="How large can a derivative be?",
    answer=(
        "Backpropagation multiplies by one derivative f′(z) per layer: sigmoid's is never above "
        "**¼**; tanh's and ReLU's reach **1**. Spread the z and see what is left."
    ),
    source=(
        "Claims C4 (sigmoid's derivative), C12 (tanh), C13 (ReLU's step, not differentiable at "
        "0), C14 (ReLU is fast to compute) and C19 (leaky ReLU). E[f′²] is what mean-field theory "
        "multiplies per layer: Schoenholz et al. 2017, *Deep Information Propagation*."
    ),
    controls=(
        many("f", "Activations", ("sigmoid", "tanh", "relu"), ACTIVATIONS),
        scale("sigma", "σ, spread of z", 1.0, (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0)),
        scale("mu", "μ, mean of z", 0.0, steps(-10, 10, 0.5)),
        scale(
            "small",
            "Call |f′| small below",
            0.05,
            (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5),
            "The shaded band.",
        ),
        scale("reach", "z axis from −r to r", 6, (1, 2, 4, 6, 8, 10, 20, 40)),
        leaky_alpha(),
        scale("elu", "α of ELU", 1.0, (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)),
        seed(help="Of the 10,000 sampled z that check the quadrature."),
    ),
    layouts=Layout(
        above=("sigma",),
        wide=True,
        followed=("sigma",),
        first=("f", "mu", "small"),
        more=("reach", "alpha", "elu", "seed"),
    ),
    presets=(
        Preset(
            "Saturated",
            "Widely spread z: sigmoid and tanh spend their time on the flat ends.",
            {"sigma": 10.0, "reach": 20},
        ),
        Preset(
            "Leaky family",
            "What stands in for ReLU's flat half, and what it costs.",
            {"f": ("relu", "leaky_relu", "elu", "softplus"), "alpha": 0.2},
        ),
        Preset(
            "Modern",
            "GELU and SiLU have derivatives above 1 and below 0.",
            {"f": ("relu", "gelu", "silu"), "reach": 4},
        ),
    ),
)
