"""Why does a recurrent net forget, or blow up? State and gradient in time, and learning."""

from vanishing.concepts.recurrent import scenes
from vanishing.ui import stage

stage.show(scenes)
