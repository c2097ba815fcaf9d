"""When is a ReLU dead? One neuron, a network, causes, remedies, births and sparsity."""

from vanishing.concepts.dying.scenes import SECTIONS
from vanishing.concepts.dying.table import PAGE
from vanishing.ui.frame import open_page

page = open_page(PAGE)
section = SECTIONS[page.controls("view").view]
section.draw(page)
page.close(equations=section.equations, code=section.code)
