"""The rules inside a room: who of charts, words and facts may know whom."""

import ast
from pathlib import Path

import pytest

ROOMS = Path(__file__).parents[1] / "vanishing" / "concepts"


def names(path: Path) -> set[str]:
    """Return the modules a file imports, and what it imports from them, dotted."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(
    "path",
    sorted(path for name in ("words", "facts") for path in ROOMS.glob(f"*/{name}.py")),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_words_and_facts_know_no_chart(path):
    drawn = {name for name in names(path) if "charts" in name or name.startswith("altair")}
    assert not drawn
