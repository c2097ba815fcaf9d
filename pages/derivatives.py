"""How large can a derivative be? Activations above their derivatives, and what z makes of them."""

from vanishing.concepts.derivatives import scenes
from vanishing.ui import stage

stage.show(scenes)
