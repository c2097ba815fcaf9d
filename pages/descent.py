"""What does a small gradient do to gradient descent? Paths, speed, budgets, numbers, minima."""

from vanishing.concepts.descent.scenes import SECTIONS
from vanishing.concepts.descent.table import PAGE
from vanishing.ui.frame import open_page

page = open_page(PAGE)
section = SECTIONS[page.controls("view").view]
section.draw(page)
page.close(equations=section.equations, code=section.code)
