"""The router: every address goes through here to its page."""

import streamlit as st

from vanishing.ui import runtime, site

st.set_page_config(page_title="Vanishing", page_icon="📉", layout="wide")
runtime.one_blas_thread()
site.route()
