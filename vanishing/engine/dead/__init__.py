"""Dead ReLU units: one neuron, networks at the start, and over training."""
