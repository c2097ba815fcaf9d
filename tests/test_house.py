"""The house rules that no single page or module can check: rooms, arrows, lint, types, hygiene."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vanishing.concepts.order import CONCEPTS, ROOMS

ROOT = Path(__file__).parents[1]
VISIBLE = {"app.py", "vanishing", "pages", "tests", "requirements.txt", "README.md"}

FAMILIES = {
    "descent": "descent",
    "derivatives": "wide",
    "chain": "chain",
    "layers": "wide",
    "training": "nets",
    "dying": "dead",
    "recurrent": "recurrent",
    "depth": "depth",
}
"""The engine family of each concept."""

PLAIN = {"controls", "executors", "gate", "kept", "page", "pool", "room", "scene"} | {
    "follow",
    "ready",
    "sources",
    "work",
}
"""Modules of `vanishing.ui` that know no Streamlit."""

DATA = {"controls", "page", "pool", "room", "scene", "work"}
"""Those of them that rooms may use: ui's plain data, and where heavy work is computed."""

FILE_LINES, PAGE_LINES = 400, 30


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


OUTSIDE = [ROOT / "app.py", *sources("pages", "vanishing")]


# --- rooms ----------------------------------------------------------------------------------------


def structure(files: set[str], rooms: list[str], families: dict[str, str]) -> set[str]:
    """Return the files that a concept lacks, and those that belong to none."""
    wanted = {f"vanishing/engine/{family}/__init__.py" for family in families.values()}
    for room in rooms:
        parts = ["table", "scenes"]
        if room in families:
            parts += ["charts", "words", "equations", "claims"]
        wanted |= {f"pages/{room}.py", *(f"vanishing/concepts/{room}/{part}.py" for part in parts)}
    homes = tuple(f"{file.rpartition('/')[0]}/" for file in wanted if not file.startswith("pages"))
    placed = {
        file
        for file in files
        if file.startswith("pages/") or re.match("vanishing/(concepts|engine)/.*/", file)
    }
    return (wanted - files) | {
        file for file in placed if file not in wanted and not file.startswith(homes)
    }


FILES = {named(path) for path in OUTSIDE}


def test_every_concept_has_one_page_one_room_and_its_engine_family():
    assert set(FAMILIES) == set(CONCEPTS)
    assert not structure(FILES, ROOMS, FAMILIES)


@pytest.mark.parametrize("room", ROOMS)
def test_a_page_stands_in_its_room_s_table(room):
    table = (ROOT / f"vanishing/concepts/{room}/table.py").read_text("utf-8")
    assert f'    path="{room}",\n' in table


@pytest.mark.parametrize(
    "file",
    ["pages/dying.py", "vanishing/concepts/dying/words.py", "vanishing/engine/dead/__init__.py"],
)
def test_a_missing_place_would_be_seen(file):
    assert structure(FILES - {file}, ROOMS, FAMILIES) == {file}


@pytest.mark.parametrize(
    "file", ["pages/dying2.py", "vanishing/concepts/x/table.py", "vanishing/engine/x/a.py"]
)
def test_a_place_of_no_concept_would_be_seen(file):
    assert structure(FILES | {file}, ROOMS, FAMILIES) == {file}


def unlike(room: str, source: str) -> list[str]:
    """Name in what a page is more, or other, than the stage with its room on it."""
    docstring, *rest = ast.parse(source).body
    code = [ast.unparse(line) for line in rest]
    wanted = [
        "from vanishing.ui import site",
        f"site.show('{room}')",
    ]
    long = len(source.splitlines()) > PAGE_LINES
    return [*(["other lines"] if code != wanted else []), *(["too long"] if long else [])] + (
        [] if isinstance(docstring, ast.Expr) else ["no docstring"]
    )


@pytest.mark.parametrize("room", ROOMS)
def test_all_pages_are_alike_and_short(room):
    assert not unlike(room, (ROOT / f"pages/{room}.py").read_text("utf-8"))


def test_another_page_would_be_seen():
    page = (ROOT / "pages/dying.py").read_text("utf-8")
    assert unlike("chain", page) == ["other lines"]
    assert unlike("dying", page + "\nimport numpy\n") == ["other lines"]
    assert unlike("dying", page + "\n" * PAGE_LINES) == ["too long"]
    assert unlike("dying", page.partition("\n\n")[2]) == ["other lines", "no docstring"]


# --- arrows ---------------------------------------------------------------------------------------


def imports(source: str) -> set[str]:
    """Return what a source imports, also within functions; of this package, its modules."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            of = f"{'.' * node.level}{node.module or ''}"
            found |= {
                f"{of}.{alias.name}" if is_module(f"{of}.{alias.name}") else of
                for alias in node.names
            }
    return found


def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return name.startswith("vanishing.") and (path.is_dir() or path.with_suffix(".py").exists())


def offences(file: str, source: str) -> list[str]:
    """Return the imports of a file that the house does not allow."""
    allowed = (*libraries(file), *inside(file))
    return [
        name
        for name in sorted(imports(source))
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    ]


def libraries(file: str) -> list[str]:
    """Return the libraries that a file may use."""
    folder, _, name = file.rpartition("/")
    if file.startswith("pages/"):
        return []
    if file == "vanishing/evidence/__main__.py":
        return ["threadpoolctl"]
    if file.startswith("vanishing/ui/"):
        own = ["pyarrow"] if name in ("kept.py", "toolbar.py") else []
        own += ["segno"] if name == "markup.py" else []
        plain = name.removesuffix(".py") in PLAIN
        return ["numpy", *own, *([] if plain else ["streamlit", "threadpoolctl"])]
    if folder == "vanishing/charts" or name.startswith("charts"):
        return ["numpy", "altair", "pandas"]
    return ["numpy"]


BELOW = ("vanishing.engine", "vanishing.text", "vanishing.verdicts", "vanishing.glossary")
BESIDE = (*BELOW, "vanishing.charts", "vanishing.evidence", *(f"vanishing.ui.{x}" for x in DATA))
ARROWS = {
    "app.py": ("vanishing.ui",),
    "pages/": ("vanishing.ui.site",),
    **{
        f"vanishing/ui/{name}.py": (
            *BELOW,
            *(f"vanishing.charts.{chart}" for chart in ("view", "moving", "sets")),
            *(f"vanishing.ui.{other}" for other in PLAIN),
        )
        for name in PLAIN
    },
    "vanishing/ui/toolbar.py": (
        *("vanishing.charts.view", "vanishing.charts.columns", "vanishing.charts.sets"),
        "vanishing.ui",
    ),
    "vanishing/ui/": (
        *(*BELOW, *(f"vanishing.charts.{name}" for name in ("view", "moving", "ghosts", "sets"))),
        *("vanishing.ui", "vanishing.concepts.order"),
    ),
    "vanishing/concepts/order.py": (),
    "vanishing/concepts/shared.py": BESIDE,
    "vanishing/concepts/": (*BESIDE, "vanishing.concepts.order", "vanishing.concepts.shared"),
    # It finds the claims that the rooms hold, by walking through them.
    "vanishing/evidence/claims.py": ("vanishing.evidence.model", "vanishing.concepts"),
    "vanishing/evidence/": BESIDE,
    "vanishing/charts/": (*BELOW, "vanishing.charts"),
    "vanishing/engine/": ("vanishing.engine",),
    "vanishing/verdicts.py": ("vanishing.text",),
    "vanishing/glossary/": ("vanishing.glossary",),
    "vanishing/": (),
}
"""What of this package a file may use: that of the first beginning which its name has."""


def inside(file: str) -> list[str]:
    """Return what of this package a file may use."""
    allowed = list(next(names for start, names in ARROWS.items() if file.startswith(start)))
    if file.startswith("vanishing/concepts/") and file.count("/") > 2:
        allowed.append(f"vanishing.concepts.{file.split('/')[2]}")
    return allowed


@pytest.mark.parametrize("path", OUTSIDE, ids=named)
def test_imports_follow_the_arrows(path):
    assert offences(named(path), path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("file", "line", "seen"),
    [
        ("vanishing/engine/nets/x.py", "import pandas as pd", "pandas"),
        ("vanishing/engine/nets/x.py", "from vanishing import text", "vanishing.text"),
        ("vanishing/engine/nets/x.py", "def f():\n    import scipy.special", "scipy.special"),
        ("vanishing/charts/x.py", "import streamlit as st", "streamlit"),
        ("vanishing/charts/x.py", "from vanishing.ui import scene", "vanishing.ui.scene"),
        ("vanishing/evidence/x.py", "from vanishing.concepts import order", None),
        ("vanishing/concepts/chain/words.py", "import altair as alt", "altair"),
        ("vanishing/concepts/chain/words.py", "import pandas as pd", "pandas"),
        ("vanishing/concepts/chain/charts_x.py", "import streamlit as st", "streamlit"),
        ("vanishing/concepts/chain/scenes.py", "from vanishing.ui import stage", None),
        ("vanishing/concepts/chain/scenes.py", "from vanishing.concepts.dying import table", None),
        ("vanishing/concepts/chain/scenes.py", "from .. import dying", ".."),
        ("vanishing/concepts/shared.py", "from vanishing.concepts.chain import table", None),
        ("vanishing/ui/page.py", "import streamlit as st", "streamlit"),
        ("vanishing/ui/page.py", "from vanishing.ui import stage", None),
        ("vanishing/ui/stage.py", "import pandas as pd", "pandas"),
        ("vanishing/ui/stage.py", "from vanishing.concepts.chain import table", None),
        ("pages/chain.py", "import streamlit as st", "streamlit"),
        ("pages/chain.py", "from vanishing.engine.chain import theory", None),
    ],
)
def test_an_import_against_the_arrows_would_be_seen(file, line, seen):
    assert offences(file, line) == [seen or line[5:].replace(" import ", ".")]


def test_the_engine_needs_numpy_and_nothing_else():
    engine = [path.read_text("utf-8") for path in sources("vanishing/engine")]
    roots = {name.partition(".")[0] for source in engine for name in imports(source)}
    assert roots - set(sys.stdlib_module_names) == {"numpy", "vanishing"}


# --- files ----------------------------------------------------------------------------------------


def long_files(lines: dict[str, int]) -> set[str]:
    return {file for file, count in lines.items() if count > FILE_LINES}


def test_no_file_is_long():
    lines = {named(path): len(path.read_text("utf-8").splitlines()) for path in OUTSIDE}
    assert long_files(lines) == set()


def test_a_long_file_would_be_seen():
    assert long_files({"a.py": FILE_LINES + 1, "b.py": FILE_LINES}) == {"a.py"}


def tracked() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the project is unknown")
    return listing.stdout.splitlines()


def test_only_what_was_asked_for_is_visible():
    assert {name.partition("/")[0] for name in tracked() if name[0] != "."} == VISIBLE


UNSAFE = re.compile(
    r"unsafe_allow_html|unsafe_allow_javascript|st\.html\(|components\.v1|st\.iframe"
    r"|except Exception: *pass|np\.random\.(rand|randn|seed|normal)\(|use_container_width"
)


HTML = ROOT / "vanishing" / "ui" / "markup.py"
"""All HTML of the app's own."""


def test_nothing_unsafe_reaches_a_reader():
    assert HTML in OUTSIDE
    for path in OUTSIDE:
        if path != HTML:
            assert not UNSAFE.search(path.read_text("utf-8")), path


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
