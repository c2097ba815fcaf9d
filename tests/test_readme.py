"""What the README says to do, done to the letter."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def marked(name: str) -> str:
    """Return the code between two marks of the README."""
    (code,) = re.findall(rf"<!-- {name} -->\n```python\n(.*?)```\n<!-- end -->", README, re.S)
    return code


def section(title: str) -> str:
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]


def python(source: str, where: Path) -> str:
    """Run a program in a folder, in a process of its own, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=where, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_engine_alone_prints_the_gradient_of_each_layer():
    code = marked("engine alone")
    assert len(code.splitlines()) <= 10
    check = "import sys; assert not {'streamlit', 'altair', 'pandas'} & set(sys.modules)"
    first, *layers = python(f"{code}\n{check}", ROOT).splitlines()
    assert "right after 200 steps" in first
    assert [line.partition(":")[0] for line in layers] == [f"layer {i:2}" for i in range(1, 12)]
    gradients = [float(line.split()[-1]) for line in layers]
    assert gradients[0] < 1e-3 * gradients[-1], "it should vanish"


@pytest.fixture
def house(tmp_path):
    """Copy the app, and add a concept by the README's steps."""
    for name in ("app.py", "pages", "vanishing", ".streamlit"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    steps = section("Add a concept")
    (line,) = re.findall(r'^1\. .*`("\w+": "\w+",)`$', steps, re.M)
    order = tmp_path / "vanishing/concepts/order.py"
    text = order.read_text("utf-8").replace(
        "CONCEPTS: Final = {\n", f"CONCEPTS: Final = {{\n{line}"
    )
    order.write_text(text, "utf-8")
    page = (ROOT / "pages/chain.py").read_text("utf-8").replace("chain", "halves")
    (tmp_path / "pages/halves.py").write_text(page, "utf-8")
    room = tmp_path / "vanishing/concepts/halves"
    room.mkdir()
    for file in re.split(r"^# (?=\w+\.py$)", marked("the smallest room"), flags=re.M)[1:]:
        name, _, code = file.partition("\n")
        (room / name).write_text(code, "utf-8")
    return tmp_path


VISIT = """
import json
import re
from streamlit.testing.v1 import AppTest
import streamlit as st

offered = {}
draw = st.download_button

def watched(label, data, **rest):
    offered[label] = data()
    return draw(label, data=data, **rest)

st.download_button = watched
at = AppTest.from_file("app.py", default_timeout=120).run()
at.switch_page("pages/halves.py")
at.query_params["half_n"] = "8"
at.session_state["half_share"] = at.session_state["half_download"] = True
at.run()
again = at.select_slider(key="half_n").value
link, _ = re.findall("<textarea.*?>(.*?)</textarea>", "".join(e.proto.body for e in at.get("html")))
at.button(key="half_reset").click().run()
(chart,) = at.get("vega_lite_chart")
print(json.dumps({
    "errors": [e.message for e in at.exception], "n": again, "link": link, "csv": offered,
    "title": at.title[0].value, "alt": chart.proto.alt,
    "told": [e.proto.body for e in at.get("html")],
    "reset": at.select_slider(key="half_n").value,
    "text": [m.value for m in at.markdown], "warnings": [w.value for w in at.warning],
}))
"""


def test_a_concept_is_added_by_the_readme_s_steps(house):
    steps = section("Add a concept").partition("<!--")[0].strip().splitlines()
    assert len(steps) <= 10
    seen = json.loads(python(VISIT, house))
    assert seen["errors"] == seen["warnings"] == []
    assert seen["title"] == "How much is left?"
    assert (seen["n"], seen["reset"]) == (8, 5)
    assert seen["link"].endswith("halves?half_n=8")
    assert seen["alt"] == "Chart: left"
    assert any(
        '<p class="unseen">After 5 times 0.03125 is left.</p>' in told for told in seen["told"]
    )
    assert any("Left: 0.03125." in text for text in seen["text"])
    assert seen["csv"]["CSV"].splitlines()[:2] == ["times,left", "0,1.0"]


@pytest.mark.parametrize(
    "module", sorted(set(re.findall(r"python -m ((?:vanishing|tests)[\w.]*)", README)))
)
def test_a_command_of_the_readme_exists(module):
    path = ROOT / module.replace(".", "/")
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:vanishing|tests|pages|\.ci)/[\w./]+)`", README)))
)
def test_a_file_of_the_readme_exists(path):
    assert (ROOT / path).exists() or "halves" in path
