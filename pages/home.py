"""The phenomenon at first sight, then the story step by step."""

from vanishing.concepts.home import scenes
from vanishing.ui import stage

stage.show(scenes)
