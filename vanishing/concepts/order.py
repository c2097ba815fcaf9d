"""The pages with a concept each, in the order of the story."""

from __future__ import annotations

from typing import Final

from vanishing.concepts.chain import table as chain
from vanishing.concepts.depth import table as depth
from vanishing.concepts.derivatives import table as derivatives
from vanishing.concepts.descent import table as descent
from vanishing.concepts.dying import table as dying
from vanishing.concepts.layers import table as layers
from vanishing.concepts.recurrent import table as recurrent
from vanishing.concepts.training import table as training
from vanishing.ui.page import Page

CONCEPTS: Final[tuple[Page, ...]] = (
    descent.PAGE,
    derivatives.PAGE,
    chain.PAGE,
    layers.PAGE,
    training.PAGE,
    dying.PAGE,
    recurrent.PAGE,
    depth.PAGE,
)
