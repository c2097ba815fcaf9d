"""What the pages add to Streamlit's look: a chart's inputs, and a bar that lies over a page."""

from __future__ import annotations

from typing import Final

import streamlit as st

CSS: Final = """<style>
/* What stands over the page comes and goes, and moves nothing. */
.stVerticalBlock[class*="_under_way"] {
    position: fixed; bottom: 1rem; left: 50%; transform: translateX(-50%); z-index: 99;
    width: min(42rem, calc(100vw - 2rem)); padding: 0.5rem 1rem; border-radius: 6px;
    background: Canvas; box-shadow: 0 0 0 1px rgb(128 128 128 / 40%), 0 4px 16px rgb(0 0 0 / 20%);
}
/* Kept free for the one chart that is high, until it is drawn. */
.st-key-train_chart_scrubbed { min-height: 835px; }
/* A chart's inputs stand above it, in a row, each as large as a finger. */
.stApp .stVegaLiteChart.vega-embed:has(.vega-bind) { display: flex; flex-direction: column; }
.stApp .stVegaLiteChart form.vega-bindings {
    order: -1; flex-flow: row wrap; align-items: center; gap: 0.25rem 0.5rem; padding: 0 0 0.5rem;
}
.stApp form.vega-bindings :is(.vega-bind, label) { width: auto; flex-wrap: nowrap; }
.stApp form.vega-bindings .vega-bind-name { min-width: 0; }
.stApp form.vega-bindings .vega-bind:has([type=button]) .vega-bind-name { display: none; }
.stApp form.vega-bindings .vega-bind:has([type=range]) { flex: 1 1 14rem; }
.stApp form.vega-bindings .vega-bind:has([type=range]) > label { flex: 1; }
.stApp form.vega-bindings input[type=range] { flex: 1; width: auto; min-width: 5rem; height: 44px; }
.stApp form.vega-bindings select { min-height: 44px; }
.vega-bindings input[type=button] {
    min-width: 44px; min-height: 44px; padding: 0 0.75rem; border-radius: 6px; cursor: pointer;
    font: inherit; color: inherit; background: none; border: 1px solid rgb(128 128 128 / 45%);
}
.vega-bindings input[type=button]:hover { border-color: #56B4E9; }
.vega-bindings input[type=button]:focus-visible { outline: 2px solid #56B4E9; outline-offset: 2px; }
.vega-bindings input[name=play] { width: 6.5rem; }
</style>"""


def draw() -> None:
    """Bring it to the page: constant, with nothing in it that anybody has entered."""
    st.html(CSS)
