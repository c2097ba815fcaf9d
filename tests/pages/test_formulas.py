"""Formulas on a page: what a reader's Markdown makes of the text in the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for folder in ("vanishing", "pages") for path in sorted((ROOT / folder).rglob("*.py"))
]


def texts(source: str) -> Iterator[str]:
    """Yield every string of a source; what an f-string fills in is left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value for part in node.values if isinstance(part, ast.Constant))


def crowded_fences(text: str) -> list[str]:
    """Return the lines that hold a fence and something else, which Markdown would swallow."""
    return [line for line in text.splitlines() if "$$" in line and line.strip() != "$$"]


def test_a_crowded_fence_would_be_seen():
    assert crowded_fences("As follows,\n$$\\frac12,\n\\frac13.\n$$\n") == ["$$\\frac12,"]
    assert crowded_fences("As follows, $$x$$") == ["As follows, $$x$$"]
    assert crowded_fences("As follows,\n\n$$\nx\n$$\n\nand $y$.") == []
    assert "a $$ " in texts('f"a $$ {b}"')


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_fence_stands_alone_on_its_line(path):
    for text in texts(path.read_text("utf-8")):
        assert crowded_fences(text) == []
        assert text.count("$$") % 2 == 0, "a fence that is never closed"
