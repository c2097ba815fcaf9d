"""What does multiplying many factors do to a gradient? One chain beside ten thousand."""

from vanishing.ui import site

site.show("chain")
