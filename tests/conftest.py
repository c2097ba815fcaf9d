"""What makes a test independent of the others, of their order, and of how busy the machine is."""

import sys

import pytest
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

settings.register_profile(
    "untimed",
    settings.default,
    deadline=None,
    suppress_health_check=[*settings.default.suppress_health_check, HealthCheck.too_slow],
)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _one_blas_thread():
    """One BLAS thread for all tests, as in the app: several only wait for one another."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


@pytest.fixture(autouse=True)
def _main_module(monkeypatch):
    """Give the main program back its name, which Streamlit's tests take for the page they run.

    A worker process begins by loading the main program; that page alone ends in an error.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
