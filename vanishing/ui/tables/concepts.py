"""The pages with a concept each, in the order of the story."""

from __future__ import annotations

from typing import Final

from vanishing.ui.page import Page
from vanishing.ui.tables import (
    chain,
    depth,
    derivatives,
    descent,
    dying,
    layers,
    recurrent,
    training,
)

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
