"""How does the gradient change from layer to layer? Fresh nets beside wide-net theory."""

from vanishing.ui import site

site.show("layers")
