"""Waiting for what must come about: patiently, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.patience import PATIENCE


async def until(true: Callable[[], bool], what: str) -> None:
    """Wait until something is true (TimeoutError, which says what, where it does not become so)."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"still not so: {what}") from None
