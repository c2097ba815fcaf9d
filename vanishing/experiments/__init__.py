"""The experiments behind the claims and the paper cards, one module per subject."""
