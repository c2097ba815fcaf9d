import threading
from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from vanishing.engine import progress
from vanishing.engine.costs import TooCostlyError
from vanishing.engine.nets import training
from vanishing.engine.nets.training import Settings
from vanishing.engine.progress import Progress
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.ui import executors, watching, work
from vanishing.ui.gate import GATE
from vanishing.ui.pool import POOL, Place
from vanishing.ui.work import Ask, Job, Shelf, once

SMALL = Settings(samples=20, depth=2, width=3, steps=12, seeds=2, records=5)


def asked(settings=SMALL, **changes):
    return Ask(training.runs, replace(settings, **changes))


def test_a_job_gives_the_records_of_the_engine():
    job = Job(asked())
    assert job.result is None
    run = job.finish()
    expected = training.run(SMALL).records
    assert [r.step for r in run.records] == [r.step for r in expected]
    for found, wanted in zip(run.records, expected, strict=True):
        np.testing.assert_array_equal(found.loss, wanted.loss)
        np.testing.assert_array_equal(
            found.parameters.weights[0][0], wanted.parameters.weights[0][0]
        )
        assert found.parameters.seeds == 1
    assert job.share == 1
    assert job.complete


def test_two_sessions_push_one_job_without_repeating_a_step():
    job = Job(asked(steps=400))
    others = [threading.Thread(target=job.finish) for _ in range(2)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    steps = [record.step for record in job.result.records]
    assert steps == sorted(set(steps))
    assert steps[-1] == 400


def test_the_shelf_gives_the_same_job_and_is_bounded(monkeypatch):
    monkeypatch.setattr(work, "KEPT", 3)
    shelf = Shelf(entries=3)
    first = shelf.get(asked())
    assert shelf.get(asked()) is first
    for seed in range(1, 6):
        shelf.get(asked(seed=seed))
    assert len(shelf) == 3
    assert shelf.get(asked()) is not first
    shelf.forget(asked())
    assert len(shelf) == 2
    small = Shelf(size=1)
    for seed in range(5):
        small.get(asked(seed=seed))
    assert len(small) == 3, "a page compares as many as are kept in any case"


def test_a_recurrent_run_is_a_job_like_any_other():
    settings = recurrent_training.Settings(length=5, units=3, steps=9, seeds=2, records=4)
    shelf = Shelf()
    job = shelf.get(Ask(recurrent_training.runs, settings))
    assert job.size > settings.memory() - 1
    made = job.finish()
    expected = recurrent_training.run(settings)
    assert made.settings == settings
    assert [r.step for r in made.records] == [r.step for r in expected.records]
    np.testing.assert_array_equal(made.final.loss, expected.final.loss)
    assert 0 < job.size < settings.memory()


def test_a_function_is_asked_once_for_all():
    ask = once(np.arange, 3, dtype="int8")
    shelf = Shelf()
    job = shelf.get(ask)
    np.testing.assert_array_equal(job.finish(), np.arange(3, dtype="int8"))
    assert shelf.get(once(np.arange, 3, dtype="int8")) is job
    assert job.size == 3


def test_what_is_heavy_is_known_beforehand():
    light, long = asked(), asked(steps=20_000, width=64, depth=20)
    assert [Job(ask).heavy for ask in (light, long)] == [False, True]
    assert Job(long).left > work.LIGHT > Job(light).left
    assert not Job(once(abs, -1)).heavy
    assert Job(work.heavy(once(abs, -1))).heavy


def test_the_first_picture_of_a_heavy_run_is_made_at_once():
    job = Job(asked(depth=8, width=16, samples=200, steps=300))
    assert job.heavy
    job.peek()
    assert (job.some, job.results, job.finished) == (True, 1, False)
    assert [record.step for record in job.result.records] == [0]
    job.peek()
    assert job.results == 1
    # A step of these takes long: nobody else's page waits for it.
    large = Job(asked(data="digits", depth=50, width=64, samples=1000, steps=30, seeds=2))
    large.peek()
    assert not large.some


def nothing(_):
    yield None


def test_nothing_is_a_result_too():
    job = Job(Ask(nothing, "x"))
    assert (job.finish(), job.some, job.complete) == (None, True, True)


def ending(_):
    yield Progress(1, 2)
    yield "half"
    yield Progress(2, 2)
    yield "whole"


def test_the_last_step_is_no_result_before_there_is_one():
    """Or a picture that lacks its end would be kept for everybody."""
    job = Job(Ask(ending, "x"))
    complete = []
    while not job.finished:
        job.push()
        complete.append((job.result, job.complete))
    assert complete[-3:] == [("half", False), ("whole", False), ("whole", True)]


def failing(_):
    yield 1
    raise ArithmeticError("three")


def test_an_error_reaches_everybody_and_is_no_finished_run():
    job = Job(Ask(failing, "x"))
    job.push()
    for _ in range(2):
        with pytest.raises(ArithmeticError, match="three"):
            job.push()
    assert not job.finished


def test_a_job_that_failed_is_dropped_and_those_beside_it_stay():
    shelf = Shelf()
    bad, good = shelf.get(Ask(failing, "x")), shelf.get(asked())
    bad.push()
    with pytest.raises(ArithmeticError), shelf.dropping([bad, good]):
        bad.push()
    assert shelf.get(good.ask) is good
    assert shelf.get(bad.ask) is not bad


def steps_and_then(result):
    yield Progress(1, 2)
    yield result


def test_progress_is_told_in_the_words_of_what_is_asked():
    job = Job(Ask(steps_and_then, "done", told="{step} of {steps} nets"))
    job.push()
    assert (job.share, job.told, job.result) == (0.5, "1 of 2 nets", None)
    assert work.finish({"a": job.ask}) == {"a": "done"}


def test_work_too_large_is_measured_together():
    one = {"A": asked()}
    assert work.fits(one)
    heavy = asked(data="digits", depth=50, width=64, samples=400, steps=3000, seeds=2)
    share = work.load({"A": heavy})
    assert share > 0
    many = {i: replace_seed(heavy, i) for i in range(int(1 / share) + 2)}
    assert not work.fits(many)
    assert work.seconds(many)[0] > work.seconds(many)[1] == 60
    assert work.largest(one)[1] == Settings.max_memory


def replace_seed(ask, seed):
    return replace(ask, settings=replace(ask.settings, seed=seed))


def test_the_engine_refuses_what_is_too_large():
    large = Settings(data="digits", samples=1000, depth=50, width=256, steps=20_000, seeds=50)
    with pytest.raises(TooCostlyError, match="nearest that fits"):
        Job(Ask(training.runs, large)).finish()


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
    assert at.text[0].value == "0 False"
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
