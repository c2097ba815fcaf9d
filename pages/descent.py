"""What does a small gradient do to gradient descent? Paths, speed, budgets, numbers, minima."""

from vanishing.ui.frame import open_page
from vanishing.ui.sections.descent import SECTIONS
from vanishing.ui.tables.descent import PAGE

page = open_page(PAGE)
section = SECTIONS[page.controls("view").view]
section.draw(page)
page.close(equations=section.equations, code=section.code)
