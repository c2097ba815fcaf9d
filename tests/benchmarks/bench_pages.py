"""A warm rerun of each page against a bare Streamlit page with one chart, server side."""

import logging
import statistics
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from vanishing.ui import site

ROUNDS = 15
AIM_RATIO = 3.0
APP = Path(__file__).parents[2] / "app.py"


def bare():
    """Be the least that shows something: a title, a slider, one Altair chart built every run."""
    import altair as alt
    import numpy as np
    import pandas as pd
    import streamlit as st

    st.title("Bare")
    top = st.slider("top", 1, 10, 5)
    x = np.linspace(0, top, 400)
    frame = pd.DataFrame({"x": x, "y": np.sin(x)})
    st.altair_chart(alt.Chart(frame).mark_line().encode(x="x", y="y"))


def opened(page):
    """Open a page and warm its caches."""
    at = AppTest.from_file(APP, default_timeout=120).run()
    at.switch_page(f"pages/{page.path}.py").run()
    return at.run()


def milliseconds(at):
    """Time of one rerun, with the test harness's own share, which is the same for all."""
    start = time.perf_counter()
    at.run()
    return 1e3 * (time.perf_counter() - start)


def main():
    # The harness runs without a browser session, and Streamlit warns about that on every run.
    logging.disable(logging.WARNING)
    pages = {"bare page, one chart": AppTest.from_function(bare, default_timeout=120).run()}
    pages |= {page.title: opened(page) for page in site.PAGES}
    times = {name: [] for name in pages}
    for _ in range(ROUNDS):
        for name, at in pages.items():
            times[name].append(milliseconds(at))
    base, *_ = (statistics.median(t) for t in times.values())
    print(f"{'Warm page rerun':<26}{'ms':>8}{'ratio':>9}   aim ≤ {AIM_RATIO:.0f} ×")
    for name, taken in times.items():
        middle = statistics.median(taken)
        met = "" if middle == base else "met" if middle <= AIM_RATIO * base else "missed"
        print(f"{name:<26}{middle:>8.1f}{middle / base:>8.1f}×   {met}")


if __name__ == "__main__":
    main()
