"""Settings of the process that serves the app."""

from __future__ import annotations

from typing import Any

import streamlit as st
from threadpoolctl import threadpool_limits

from vanishing.engine import heap


@st.cache_resource
def one_blas_thread() -> Any:
    """Keep matrix products on one thread, for the whole process, once.

    The app's matrices are small: handing them to a second thread costs more than it saves, and
    two students' runs then fight over the same cores. NumPy is loaded before app.py runs, too
    late for an environment variable, hence threadpoolctl.
    """
    return threadpool_limits(limits=1, user_api="blas")


@st.cache_resource
def one_heap() -> None:
    """Let the threads that run pages share one heap, for the whole process, once.

    With heaps of their own a lesson left them with more free memory than was in use.
    """
    heap.share()
