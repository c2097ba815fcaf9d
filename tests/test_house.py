"""The house rules that no single page or module can check: layout, arrows, lint, types, hygiene."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VISIBLE = {"app.py", "vanishing", "pages", "tests", "requirements.txt", "README.md"}
# Who may import whom: pages → ui → charts → engine, and nothing but NumPy in the engine.
FORBIDDEN = {
    "engine": {"streamlit", "altair", "pandas", "vanishing.charts", "vanishing.ui"},
    "charts": {"streamlit", "vanishing.ui"},
    "ui": {"pages", "tests"},
}
PAGE_LINES = 120


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def layer(path: Path) -> str:
    parts = path.relative_to(ROOT / "vanishing").parts
    return parts[0] if parts[0] in ("charts", "ui") else "engine"


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def offences(found: set[str], forbidden: set[str]) -> set[str]:
    return {name for name in found for f in forbidden if name == f or name.startswith(f"{f}.")}


@pytest.mark.parametrize("path", sources("vanishing"), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_follow_the_arrows(path):
    assert not offences(imports(path), FORBIDDEN[layer(path)])


def test_the_engine_needs_numpy_and_nothing_else():
    engine = [path for path in sources("vanishing") if layer(path) == "engine"]
    roots = {name.partition(".")[0] for path in engine for name in imports(path)}
    assert roots - set(sys.stdlib_module_names) == {"numpy", "vanishing"}


def test_an_import_against_the_arrows_would_be_seen(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("from vanishing.ui import frame\nimport pandas as pd\n")
    assert offences(imports(bad), FORBIDDEN["engine"])
    assert offences(imports(bad), FORBIDDEN["charts"])


def tracked() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the project is unknown")
    return listing.stdout.splitlines()


def test_only_what_was_asked_for_is_visible():
    assert {name.partition("/")[0] for name in tracked() if name[0] != "."} == VISIBLE


@pytest.mark.parametrize("path", sources("pages"), ids=lambda p: p.name)
def test_a_page_is_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= PAGE_LINES


def test_nothing_unsafe_reaches_a_reader():
    unsafe = re.compile(
        r"unsafe_allow_html|unsafe_allow_javascript|st\.html\(|components\.v1|st\.iframe"
        r"|except Exception: *pass|np\.random\.(rand|randn|seed|normal)\(|use_container_width"
    )
    for path in [ROOT / "app.py", *sources("pages", "vanishing")]:
        assert not unsafe.search(path.read_text("utf-8")), path


def run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_lint():
    run("ruff", "check", ".")


def test_format():
    run("ruff", "format", "--check", ".")


def test_types():
    run("mypy")


def test_a_test_of_pages_leaves_the_worker_processes_of_later_tests_alone():
    pages = "tests/ui/test_runs.py::test_a_stopped_run_shows_what_there_is_and_can_go_on"
    workers = "tests/engine/test_workers.py::test_a_worker_uses_one_blas_thread"
    run("pytest", "-n0", pages, workers)
