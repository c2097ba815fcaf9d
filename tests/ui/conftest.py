"""Pieces as small as they come."""

import pytest

from vanishing.ui import work


@pytest.fixture
def item_by_item(monkeypatch):
    """Make a piece of each item."""
    monkeypatch.setattr(work, "advance", _one_item)


def _one_item(*args):
    return work_advance(*args, seconds=-1.0)


work_advance = work.advance
