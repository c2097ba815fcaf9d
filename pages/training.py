"""Two nets train on the same draws; scrub through it and see where the gradient goes."""

import streamlit as st

from vanishing.charts import training as charts
from vanishing.ui import runs
from vanishing.ui.frame import open_page
from vanishing.ui.tables import training as table

page = open_page(table.PAGE)
left, right = st.columns([1, 2.4], gap="medium")
with left:
    v = page.controls("data", "depth", "which")
    first, second = st.columns(2)
    with first:
        v = page.controls("a_f", "a_rate")
    with second:
        v = page.controls("b_f", "b_rate")
    v = page.more(
        "steps",
        "width",
        "a_init",
        "b_init",
        "a_opt",
        "b_opt",
        "seeds",
        "seed",
        "batch",
        "samples",
        "noise",
        "scaling",
        "bias",
        "bvalue",
        "sigma",
        "momentum",
        "alpha",
        "elu",
    )
a, b = table.settings(v, "A"), table.settings(v, "B")
with right:
    pair = charts.Pair(table.names(a, b), runs.compute(a, b, key="train"))
    page.chart(charts.scrubbed(pair, v.which, note="note"))
page.close()
