"""Which of the article's claims hold? Each one measured and judged."""

from vanishing.concepts.claims import scenes
from vanishing.ui import stage

stage.show(scenes)
