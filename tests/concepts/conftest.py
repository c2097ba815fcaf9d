"""What is patched for a test does not stay in what the process keeps."""

from collections.abc import Iterator

import pytest

from vanishing.ui.kept import KEPT


@pytest.fixture(autouse=True)
def _no_scene_of_a_patched_engine_is_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    patched = "monkeypatch" in request.fixturenames
    if patched:
        KEPT.clear()
    yield
    if patched:
        KEPT.clear()
