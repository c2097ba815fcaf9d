"""Why does a recurrent net forget, or blow up? State and gradient in time, and learning."""

from vanishing.ui.frame import open_page
from vanishing.ui.sections.recurrent import SECTIONS
from vanishing.ui.tables.recurrent import PAGE

page = open_page(PAGE)
section = SECTIONS[page.controls("view").view]
section.draw(page)
page.close(equations=section.equations, code=section.code)
