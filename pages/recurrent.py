"""Why does a recurrent net forget, or blow up? State and gradient in time, and learning."""

from vanishing.concepts.recurrent.scenes import SECTIONS
from vanishing.concepts.recurrent.table import PAGE
from vanishing.ui.frame import open_page

page = open_page(PAGE)
section = SECTIONS[page.controls("view").view]
section.draw(page)
page.close(equations=section.equations, code=section.code)
