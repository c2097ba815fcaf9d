"""What makes a test independent of the others, of their order, and of how busy the machine is."""

import os

import pytest
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

from vanishing.ui import executors, ready
from vanishing.ui.pool import POOL

settings.register_profile(
    "untimed",
    settings.default,
    deadline=None,
    suppress_health_check=[*settings.default.suppress_health_check, HealthCheck.too_slow],
)
settings.load_profile("untimed")

LONGEST = (
    "tests/test_house.py::test_types",
    "tests/browser/test_every_view.py",
    "tests/reader/test_reader.py",
    "tests/browser/test_play.py",
    "tests/browser/",
    "tests/faults/",
    "tests/evidence/",
)
"""From the longest single tests on, by how their names begin."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: who drives a browser mostly waits for it."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest single tests come first: no worker ends long after the others."""

    def place(item: pytest.Item) -> int:
        named = (at for at, start in enumerate(LONGEST) if item.nodeid.startswith(start))
        return next(named, len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def _one_blas_thread():
    """One BLAS thread for all tests, as in the app: several only wait for one another."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_lane():
    """Heavy work in a thread of this process: a test that wants processes says so."""
    POOL.use(executors.one_thread())
    # Taken: no page that a test opens begins it.
    ready._begun.acquire(blocking=False)
    yield
    POOL.use(None)
