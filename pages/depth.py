"""How deep can you go? Techniques against depth, one at a time and all together."""

from vanishing.ui import site

site.show("depth")
