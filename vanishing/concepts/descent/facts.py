"""What charts and words alike call things."""

from vanishing.engine.descent.paths import Measured

NAMES = {"gradient_descent": "gradient descent", "momentum": "momentum", "adam": "Adam"}
"""What the optimisers are called in every chart of the page, in the order of their colours."""


def promised(measured: Measured) -> str:
    """Return the steps that a rate promises: to a tenth, as steps that were counted are whole."""
    return "1 step" if measured.predicted == 1.0 else f"{measured.predicted:,.1f} steps"
