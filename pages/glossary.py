"""What does this word mean? Every technical word of the app, explained."""

from vanishing.ui import site

site.show("glossary")
