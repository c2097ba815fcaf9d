"""What is computed while a visitor watches: the bar, its words, Stop, and going on."""

from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.test_work import asked
from vanishing.engine import progress
from vanishing.engine.progress import Progress
from vanishing.ui import executors, watching
from vanishing.ui.gate import GATE
from vanishing.ui.pool import POOL, Place
from vanishing.ui.work import Ask, Job


def script(seed: int, heavy: bool = False) -> None:
    import streamlit as st

    from vanishing.engine.nets import training
    from vanishing.ui import watching
    from vanishing.ui.work import Ask

    one = training.Settings(samples=20, depth=2, width=3, steps=600, records=5, seed=seed)
    ask = Ask(training.runs, one, heavy=heavy)
    if st.session_state.get("stop_at_once"):
        del st.session_state["stop_at_once"]
        st.session_state["_test_stopped"] = (ask,)
    found, _, complete = watching.compute({"run": ask}, "test", st.container())
    st.text(f"{found['run'].final.step} {complete}")


@pytest.fixture
def processes():
    POOL.use(executors.local())
    yield
    POOL.use(executors.one_thread())


@pytest.mark.usefixtures("processes")
def test_a_heavy_run_is_stopped_and_goes_on_in_its_process():
    at = AppTest.from_function(script, kwargs={"seed": 71, "heavy": True}, default_timeout=60)
    at.session_state["stop_at_once"] = True
    at.run()
    assert not at.exception
    assert "Stopped at" in at.warning[0].value
    at.button(key="test_go_on").click().run()
    assert at.text[0].value == "600 True"
    assert not at.warning


def test_a_stopped_run_shows_what_there_is_and_can_go_on():
    at = AppTest.from_function(script, kwargs={"seed": 71})
    at.session_state["stop_at_once"] = True
    at.run()
    assert not at.exception
    told = "Stopped at the start: everything below is as far as step 0, the last one recorded."
    assert at.warning[0].value == told
    assert [said.value for said in at.toast] == ["Stopped at the start. Go on: above the charts."]
    assert at.text[0].value == "0 False"
    assert not at.run().toast, "said once"
    at.button(key="test_go_on").click().run()
    assert at.text[0].value == "600 True"
    assert not at.warning


def test_another_setting_is_not_stopped():
    at = AppTest.from_function(script, kwargs={"seed": 72})
    at.session_state["_test_stopped"] = (asked(),)
    at.run()
    assert at.text[0].value == "600 True"


def gated(seed: int) -> None:
    import streamlit as st

    from vanishing.engine.nets import training
    from vanishing.ui import watching
    from vanishing.ui.gate import GATE
    from vanishing.ui.work import Ask

    one = training.Settings(samples=20, depth=2, width=3, steps=6, seed=seed)
    with GATE.turn():
        watching.compute({"run": Ask(training.runs, one)}, "test", st.container())
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


def counted(steps):
    for step in range(steps + 1):
        yield Progress(step, steps)
        yield step


def ended_early(steps):
    yield Progress(1, steps)
    yield 1


def pushed(begin, steps, times):
    job = Job(Ask(begin, steps))
    for _ in range(times):
        job.push()
    return job


class Told:
    """A place on a page, and a bar in it, that remembers what it was told."""

    def __init__(self):
        self.words = []

    def empty(self):
        return self

    def progress(self, share, text):
        self.words.append(text)

    def container(self, key):
        assert key.endswith("_under_way"), "it floats, and moves nothing"
        return self


def test_who_waits_in_line_sees_its_place_and_then_how_far_it_is(monkeypatch):
    page, places = Told(), [Place(3, 40.0), Place(2, 30.0)]
    push = POOL.push
    monkeypatch.setattr(POOL, "push", lambda *how: places.pop(0) if places else push(*how))
    monkeypatch.setattr(watching, "bar_with_stop", lambda spot, *_: spot)
    monkeypatch.setattr(watching.whole, "wanted", lambda: True)
    monkeypatch.setattr(watching, "PATIENCE", -1.0)
    monkeypatch.setattr(watching, "breath", lambda: 0.0)
    monkeypatch.setattr(watching, "saying", lambda _: 0.0)
    job = Job(asked(steps=2_000))
    job.heavy = True
    watching.push_to_the_end([job], "test", page, ("", None))
    assert page.words[:2] == [
        "in line: 3 before this, about 40 s of computing",
        "in line: 2 before this, about 30 s of computing",
    ]
    assert page.words[-1].startswith("step 2,000 of 2,000")


def test_who_begins_anew_as_a_whole_page_keeps_the_place_in_the_line(monkeypatch):
    def anew():
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "PATIENCE", -1.0)
    # It is begun anew at the first look, not when a quick machine has finished it.
    monkeypatch.setattr(watching, "breath", lambda: 0.0)
    monkeypatch.setattr(watching, "whole", SimpleNamespace(wanted=lambda: False, ask=anew))
    job = Job(asked(steps=2_000, seed=3))
    job.heavy = True
    with pytest.raises(KeyboardInterrupt):
        watching.push_to_the_end([job], "test", Told(), ("", None))
    assert frozenset([job.ask]) in POOL._line


def test_before_the_first_step_runs_are_at_the_start():
    several = [Job(asked(seed=seed)) for seed in range(2)]
    assert watching._told(several) == "the start"
    several[0].finished = True
    assert watching._told(several).startswith("1 of 2 runs")


def test_progress_is_told_before_what_is_made_by_then():
    items = list(progress.growing([Progress(0, 9), SimpleNamespace(step=3)], 9, len))
    assert items == [Progress(0, 9), Progress(3, 9), 1]


def test_many_that_watch_are_told_less_often(monkeypatch):
    monkeypatch.setattr(watching, "_watchers", set())
    assert watching.breath() == watching.BREATH
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(watching._watch())
        assert watching.breath() == pytest.approx(0.5)
    assert watching.breath() == watching.BREATH


def test_the_time_left_follows_from_what_was_made_since_and_from_what_is_missing():
    job = pushed(counted, 100, 2 * 80)
    first = job.made
    assert watching._left(1.0, [job], first) == ""
    for _ in range(2 * 10):
        job.push()
    assert watching._left(20.0, [job], first) == ", about 22 s left"


def test_runs_that_ended_early_do_not_count_as_work_made():
    early = [pushed(ended_early, 100, 3) for _ in range(5)]
    assert all(job.finished and job.share == 1.0 for job in early)
    running = pushed(counted, 100, 2 * 11)
    assert watching._left(15.0, [*early, running], 0.0) == ", about 90 s left"
    assert pushed(counted, 1, 5).made == 1.0


def beside(seed: int) -> None:
    import streamlit as st

    from vanishing.engine.nets import training
    from vanishing.ui import watching
    from vanishing.ui.work import Ask, once

    one = training.Settings(samples=20, depth=2, width=3, steps=600, records=5, seed=seed)
    run = Ask(training.runs, one)
    st.session_state["_test_stopped"] = frozenset({run})
    needs = {"run": run, "theory": once(abs, -seed)}
    found, *_ = watching.compute(needs, "test", st.container())
    st.text(f"{found['run'].final.step} {found['theory']}")


def test_what_was_stopped_stays_so_on_a_view_that_needs_more_besides():
    at = AppTest.from_function(beside, kwargs={"seed": 74}).run()
    assert not at.exception
    assert at.text[0].value == "0 74"
    assert "Stopped at the start" in at.warning[0].value
    assert at.button(key="test_go_on")


def test_pictures_of_a_long_run_come_more_rarely(monkeypatch):
    monkeypatch.setattr(watching, "_watchers", set())

    def pictures(seconds):
        watched = count = 0
        while (watched := watched + watching.redrawn(watched)) < seconds:
            count += 1
        return count

    assert watching.redrawn(0.0) == watching.REDRAWN
    assert pictures(2.0) <= 4
    assert 8 < pictures(60.0) <= 12
