"""When is a ReLU dead? One neuron, a network, causes, remedies, births and sparsity."""

from vanishing.ui import site

site.show("dying")
