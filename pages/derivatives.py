"""How large can a derivative be? Activations above their derivatives, and what z makes of them."""

from vanishing.ui import site

site.show("derivatives")
