"""The phenomenon at first sight, then the story step by step."""

from vanishing.ui import site

site.show("home")
