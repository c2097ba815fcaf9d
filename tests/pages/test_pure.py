"""A page is a pure function of its settings: no Streamlit in it, and only what it shows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_house import ROOMS

ROOT = Path(__file__).parents[2]

SCENES = """
import json, sys

class Nobody:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "streamlit":
            raise ImportError(f"{name} is not here")

sys.meta_path.insert(0, Nobody())

from importlib import import_module
from vanishing.concepts import order
from vanishing.ui import work
from vanishing.ui.sources import source_of

# Where a view trains, a few steps: what it shows is drawn the same way.
QUICK = {
    "training": {"steps": 30, "seeds": 1},
    "dying": {"steps": 10, "draws": 100, "layers": 5, "at": 5},
    "recurrent": {"updates": 10},
    "layers": {"batch": 10, "depth": 5},
    "chain": {"depth": 10},
}

found = {}
for rooms in order.SECTIONS.values():
    for room in rooms:
        scenes = import_module(f"vanishing.concepts.{room}.scenes")
        page = scenes.PAGE
        views = [c for c in page.controls if c.name in ("view", page.selector)]
        for view in views[0].options if views else [None]:
            chosen = {views[0].name: view} if views else {}
            values = page.values({**QUICK.get(room, {}), **chosen})
            scene = scenes.scene(values, work.finish(scenes.needs(values)))
            rows = [sum(map(len, chart.frames.values())) for chart in scene.views()]
            code = [source_of(item) for item in scene.code]
            found[f"{room} {view}"] = [rows, list(scene.notice), code]
assert "streamlit" not in sys.modules
print(json.dumps(found))
"""


def python(source: str) -> str:
    """Run a program in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_view_of_every_page_is_a_scene_without_streamlit():
    found = json.loads(python(SCENES))
    assert {name.partition(" ")[0] for name in found} == set(ROOMS)
    assert len(found) > 2 * len(ROOMS)
    for name, (rows, notice, code) in found.items():
        assert code, f"{name}: no code that ran"
        assert not [source for source in code if re.search(r"^\s*limits\.", source, re.MULTILINE)]
        assert rows, f"{name}: no chart"
        assert all(rows), f"{name}: an empty chart"
        assert notice, f"{name}: nothing to notice"
        assert all(sentence.strip() for sentence in notice), name


def loaded(source: str) -> set[str]:
    """Return the modules that are loaded once a program has run."""
    return set(python(f"import sys\n{source}\nprint(*sys.modules)").split())


def test_the_table_of_pages_opens_without_data_charts_or_experiments():
    program = "from vanishing.engine.nets import datasets\n"
    program += "datasets.np.load = None\nimport vanishing.ui.site"
    modules = loaded(program)
    heavy = ("altair", "vanishing.charts", "vanishing.evidence.papers", "vanishing.evidence.claims")
    assert not modules & set(heavy)
    rooms = {name for name in modules if name.startswith("vanishing.concepts.")}
    assert {name.rpartition(".")[2] for name in rooms if name.count(".") == 3} == {"table"}


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "claims"])
def test_a_page_loads_no_other_room(room):
    modules = loaded(f"import vanishing.concepts.{room}.scenes")
    rooms = {name.split(".")[2] for name in modules if name.startswith("vanishing.concepts.")}
    assert rooms <= {room, "order", "shared"}
    own = f"vanishing.concepts.{room}.claims"
    assert not [name for name in modules if name.startswith(own)], (
        "experiments, only to show a page"
    )
    assert room == "papers" or not [n for n in modules if n.startswith("vanishing.evidence.papers")]
