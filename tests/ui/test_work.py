import threading
from dataclasses import replace

import numpy as np
import pytest

from vanishing.engine.costs import TooCostlyError
from vanishing.engine.nets import training
from vanishing.engine.nets.training import Settings
from vanishing.engine.progress import Progress
from vanishing.engine.recurrent import training as recurrent_training
from vanishing.ui import work
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
