"""How does the gradient change from layer to layer? Fresh nets beside wide-net theory."""

from vanishing.concepts.layers import scenes
from vanishing.ui import stage

stage.show(scenes)
