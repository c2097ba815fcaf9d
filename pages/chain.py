"""What does multiplying many factors do to a gradient? One chain beside ten thousand."""

from vanishing.concepts.chain import scenes
from vanishing.ui import stage

stage.show(scenes)
