"""A page is a pure function of its settings: no Streamlit in it, and only what it shows."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_house import ROOMS

ROOT = Path(__file__).parents[2]

SCENES = """
import sys

class Nobody:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "streamlit":
            raise ImportError(f"{name} is not here")

sys.meta_path.insert(0, Nobody())

from importlib import import_module
from vanishing.concepts import order
from vanishing.ui import work

for rooms in order.SECTIONS.values():
    for room in rooms:
        scenes = import_module(f"vanishing.concepts.{room}.scenes")
scenes = import_module("vanishing.concepts.home.scenes")
v = scenes.PAGE.values({})
print(len(scenes.scene(v, work.finish(scenes.needs(v))).notice))
assert "streamlit" not in sys.modules
"""

ALONE = """
import sys
from importlib import import_module

for room in sys.argv[1:]:
    import_module(f"vanishing.concepts.{room}.scenes")
    ours = {name for name in sys.modules if name.partition(".")[0] == "vanishing"}
    print(room, *ours)
    # The next one begins with what others have made, NumPy and Altair, and nothing of ours.
    for name in ours:
        del sys.modules[name]
"""


def python(source: str, *told: str) -> str:
    """Run a program in a process of its own and return what it prints."""
    command = [sys.executable, "-c", source, *told]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_scenes_are_made_without_streamlit():
    """What each of them holds is seen where all are made: see `tests.ui.test_ready`."""
    assert int(python(SCENES)) > 0


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


@pytest.fixture(scope="module")
def alone() -> dict[str, set[str]]:
    """Return the modules of ours that each room loads."""
    lines = python(ALONE, *ROOMS).splitlines()
    return {room: set(names) for room, *names in map(str.split, lines)}


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "claims"])
def test_a_page_loads_no_other_room(alone, room):
    modules = alone[room]
    rooms = {name.split(".")[2] for name in modules if name.startswith("vanishing.concepts.")}
    assert rooms <= {room, "order", "shared"}
    own = f"vanishing.concepts.{room}.claims"
    assert not [name for name in modules if name.startswith(own)], (
        "experiments, only to show a page"
    )
    assert room == "papers" or not [n for n in modules if n.startswith("vanishing.evidence.papers")]
