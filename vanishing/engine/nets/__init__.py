"""Networks: activations, initialisers, data, forward and backward, training."""
