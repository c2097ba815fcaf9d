import pytest

from vanishing.evidence import claims
from vanishing.evidence import model as evidence
from vanishing.ui import trials
from vanishing.ui.runs import Job
from vanishing.ui.trials import Found, Trial


def test_a_trial_tells_how_far_it_is_and_ends_with_what_was_found():
    *signs, end = trials.begin(Trial("C7", 3))
    assert [sign.step for sign in signs] == sorted(sign.step for sign in signs)
    assert signs[-1].step < 100
    assert isinstance(end, Found)
    assert end.finding == evidence.measure(claims.get("C7"), 3)


def test_a_trial_is_a_job_like_any_other():
    job = Job(Trial("C7", 0))
    assert job.run() is None
    job.push()
    assert job.told == "11 %"
    while not job.finished:
        job.push()
    assert job.run() == evidence.measure(claims.get("C7"), 0)
    assert job.share == 1


def test_only_what_is_registered_can_be_tried():
    with pytest.raises(KeyError):
        next(trials.begin(Trial("C0", 0)))
