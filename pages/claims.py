"""Which of the article's claims hold? Each one measured and judged."""

from vanishing.ui import site

site.show("claims")
