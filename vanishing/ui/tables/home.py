"""The home page as data."""

from vanishing.ui.controls import scale, steps
from vanishing.ui.page import Page

PAGE = Page(
    key="home",
    path="home",
    title="Vanishing",
    icon=":material/home:",
    question="Why do the first layers of a deep net learn so slowly?",
    answer="",
    source="",
    controls=(scale("depth", "Depth: hidden layers", 12, steps(1, 40, 1)),),
)
