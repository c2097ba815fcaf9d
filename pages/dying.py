"""When is a ReLU dead? One neuron, a network, causes, remedies, births and sparsity."""

from vanishing.ui.frame import open_page
from vanishing.ui.sections.dying import SECTIONS
from vanishing.ui.tables.dying import PAGE

page = open_page(PAGE)
section = SECTIONS[page.controls("view").view]
section.draw(page)
page.close(equations=section.equations, code=section.code)
