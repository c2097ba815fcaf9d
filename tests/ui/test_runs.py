import threading
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from vanishing.engine.nets import training
from vanishing.engine.nets.training import Settings, TooCostlyError
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.ui.gate import GATE
from vanishing.ui.runs import Job, Shelf

SMALL = Settings(samples=20, depth=2, width=3, steps=12, seeds=2, records=5)


def finish(job: Job) -> None:
    while not job.finished:
        job.push()


def test_a_job_gives_the_records_of_the_engine():
    job = Job(SMALL)
    assert not job.started
    finish(job)
    expected = training.run(SMALL).records
    assert [r.step for r in job.run().records] == [r.step for r in expected]
    for found, wanted in zip(job.run().records, expected, strict=True):
        np.testing.assert_array_equal(found.loss, wanted.loss)
        np.testing.assert_array_equal(
            found.parameters.weights[0][0], wanted.parameters.weights[0][0]
        )
        assert found.parameters.seeds == 1
    assert job.share == 1


def test_two_sessions_push_one_job_without_repeating_a_step():
    job = Job(replace(SMALL, steps=400))
    others = [threading.Thread(target=finish, args=(job,)) for _ in range(2)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    steps = [record.step for record in job.run().records]
    assert steps == sorted(set(steps))
    assert steps[-1] == 400


def test_the_shelf_gives_the_same_job_and_is_bounded():
    shelf = Shelf(entries=3)
    first = shelf.get(SMALL)
    assert shelf.get(replace(SMALL)) is first
    for seed in range(1, 6):
        shelf.get(replace(SMALL, seed=seed))
    assert len(shelf) == 3
    assert shelf.get(SMALL) is not first
    shelf.forget(SMALL)
    assert len(shelf) == 2
    small = Shelf(size=1)
    for seed in range(5):
        small.get(replace(SMALL, seed=seed))
    assert len(small) == 3, "a page compares three"


def test_a_recurrent_run_is_a_job_like_any_other():
    settings = recurrent_training.Settings(length=5, units=3, steps=9, seeds=2, records=4)
    shelf = Shelf()
    job = shelf.get(settings)
    assert job.size > settings.memory() - 1
    finish(job)
    expected = recurrent_training.run(settings)
    made = job.run()
    assert made.settings == settings
    assert [r.step for r in made.records] == [r.step for r in expected.records]
    np.testing.assert_array_equal(made.final.loss, expected.final.loss)
    assert job.share == 1
    assert 0 < job.size < settings.memory()
    assert shelf.get(SMALL) is not job
    assert len(shelf) == 2


def test_the_shelf_refuses_what_is_too_large():
    with pytest.raises(TooCostlyError, match="nearest that fits"):
        Shelf().get(Settings(depth=50, width=256, samples=5000, steps=20_000, seeds=50))


def script(seed: int) -> None:
    import streamlit as st

    from vanishing.engine.nets.training import Settings
    from vanishing.ui import runs

    one = Settings(samples=20, depth=2, width=3, steps=600, records=5, seed=seed)
    if st.session_state.get("stop_at_once"):
        del st.session_state["stop_at_once"]
        st.session_state["_test_stopped"] = (one,)
    (made,) = runs.compute(one, key="test")
    st.text(f"{made.final.step}")


def test_a_stopped_run_shows_what_there_is_and_can_go_on():
    at = AppTest.from_function(script, kwargs={"seed": 71})
    at.session_state["stop_at_once"] = True
    at.run()
    assert not at.exception
    assert "Stopped at step 0 of 600" in at.warning[0].value
    assert at.text[0].value == "0"
    at.button(key="test_go_on").click().run()
    assert at.text[0].value == "600"
    assert not at.warning


def test_another_setting_is_not_stopped():
    at = AppTest.from_function(script, kwargs={"seed": 72})
    at.session_state["_test_stopped"] = (SMALL,)
    at.run()
    assert at.text[0].value == "600"


def gated(seed: int) -> None:
    import streamlit as st

    from vanishing.engine.nets.training import Settings
    from vanishing.ui import runs
    from vanishing.ui.gate import GATE

    with GATE.turn():
        runs.compute(Settings(samples=20, depth=2, width=3, steps=6, seed=seed), key="test")
        st.text(f"{GATE.inside}")


def test_a_run_is_computed_outside_the_gate_and_shown_inside(monkeypatch):
    computed, push = [], Job.push

    def recorded(job):
        computed.append(GATE.inside)
        return push(job)

    monkeypatch.setattr(Job, "push", recorded)
    at = AppTest.from_function(gated, kwargs={"seed": 73}).run()
    assert at.text[0].value == "True"
    assert computed
    assert not any(computed)
    computed.clear()
    assert at.run().text[0].value == "True"
    assert not computed, "a finished run is shown at once"
