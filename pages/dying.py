"""When is a ReLU dead? One neuron, a network, causes, remedies, births and sparsity."""

from vanishing.concepts.dying import scenes
from vanishing.ui import stage

stage.show(scenes)
