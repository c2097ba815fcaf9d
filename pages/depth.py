"""How deep can you go? Techniques against depth, one at a time and all together."""

from vanishing.concepts.depth import scenes
from vanishing.ui import stage

stage.show(scenes)
