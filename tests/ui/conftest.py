"""Pieces as small as they come."""

from functools import partial

import pytest

from vanishing.ui import work


@pytest.fixture
def item_by_item(monkeypatch):
    """Make a piece of each item."""
    monkeypatch.setattr(work, "advance", partial(work.advance, seconds=-1.0))
