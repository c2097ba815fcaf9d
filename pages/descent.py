"""What does a small gradient do to gradient descent? Paths, speed, budgets, numbers, minima."""

from vanishing.concepts.descent import scenes
from vanishing.ui import stage

stage.show(scenes)
