"""Sections of pages that have several, each drawn on its own."""
