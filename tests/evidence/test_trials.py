import pytest

from vanishing.evidence import blocks, claims, model, trials
from vanishing.evidence.trials import Trial
from vanishing.ui.page import Values
from vanishing.ui.work import Ask, Job


def test_a_trial_tells_how_far_it_is_and_ends_with_what_was_found():
    *signs, end = trials.run(Trial("C7", 3))
    assert [sign.step for sign in signs] == sorted(sign.step for sign in signs)
    assert signs[-1].step < 100
    assert end == model.measure(claims.get("C7"), 3)


def test_a_trial_is_a_job_like_any_other():
    job = Job(Ask(trials.run, Trial("C7", 0), told="{step} %", partial=False))
    assert job.result is None
    job.push()
    assert job.told == "10 %"
    assert job.finish() == model.measure(claims.get("C7"), 0)
    assert job.share == 1


def test_only_what_is_registered_can_be_tried():
    with pytest.raises(KeyError):
        next(trials.run(Trial("C0", 0)))


def test_no_trial_is_computed_in_the_process_that_serves_pages():
    needs = blocks.needs(Values({"live": True, "of": "C25", "seed": 3}))
    assert Job(needs["found"]).heavy
