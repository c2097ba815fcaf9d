"""How long a test waits for what must come about."""

from __future__ import annotations

PATIENCE = 300.0
"""Seconds. What is waited for takes far less, on a slow and busy machine a minute at times; only
what never comes is waited for to the end."""
