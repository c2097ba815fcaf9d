"""What charts and words alike call things."""

NAMES = {"gradient_descent": "gradient descent", "momentum": "momentum", "adam": "Adam"}
"""What the optimisers are called in every chart of the page, in the order of their colours."""
