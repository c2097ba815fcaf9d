"""Does this engine give the numbers that papers published? Cards, measured anew."""

from vanishing.ui import site

site.show("papers")
