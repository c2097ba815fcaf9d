"""Two nets train on the same draws; scrub through it and see where the gradient goes."""

from vanishing.concepts.training import scenes
from vanishing.ui import stage

stage.show(scenes)
