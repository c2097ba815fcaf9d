"""Does this engine give the numbers that papers published? Cards, measured anew."""

from vanishing.concepts.papers import scenes
from vanishing.ui import stage

stage.show(scenes)
