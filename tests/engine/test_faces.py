"""Each family shows a handful of names, and a notebook needs nothing but NumPy to use them."""

import importlib
import subprocess
import sys

import pytest

FAMILIES = ("chain", "dead", "depth", "descent", "nets", "recurrent", "wide")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_shows_a_handful_of_documented_names(family):
    module = importlib.import_module(f"vanishing.engine.{family}")
    assert 2 <= len(module.__all__) <= 7
    assert all(getattr(module, name).__doc__ for name in module.__all__)


def test_the_engine_alone_loads_no_data_and_nothing_of_the_app():
    names = ", ".join(f"vanishing.engine.{family}" for family in FAMILIES)
    code = (
        f"import sys, {names}\n"
        "from vanishing.engine.nets import datasets\n"
        "assert datasets._digits_file.cache_info().currsize == 0\n"
        "assert not {'streamlit', 'altair', 'pandas', 'vanishing.ui'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
