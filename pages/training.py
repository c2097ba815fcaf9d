"""Two nets train on the same draws; scrub through it and see where the gradient goes."""

from vanishing.ui import site

site.show("training")
