import numpy as np
import pytest

from vanishing.concepts.chain import claims as chain
from vanishing.engine.seeds import stream
from vanishing.evidence import claims
from vanishing.evidence import model as evidence
from vanishing.evidence.model import Verdict


def test_the_share_of_weights_within_one_by_another_count():
    finding = evidence.measure(claims.get("C7"), seed=1)
    drawn = stream(2, "another").normal(0, 1, 400_000)
    assert finding.figures["share"].value == pytest.approx(np.mean(np.abs(drawn) <= 1), abs=0.006)


@pytest.mark.parametrize(
    ("spoiled", "verdict"),
    [
        (lambda measured: 0.5 * measured, Verdict.FAILS),  # the draws are too wide
        (lambda measured: measured**0.01, Verdict.HOLDS),  # they are too narrow
    ],
)
def test_wrong_draws_turn_the_verdict_on_weights_within_one(monkeypatch, spoiled, verdict):
    right = chain.share_within_one

    def wrong(*arguments):
        share = right(*arguments)
        return type(share)(spoiled(share.measured), share.predicted, share.n)

    monkeypatch.setattr(chain, "share_within_one", wrong)
    claim = claims.get("C7")
    finding = evidence.measure(claim)
    assert evidence.judge(claim, finding) is verdict
    assert not evidence.as_expected(claim, finding)
    assert "needed" in evidence.reason(claim, finding)
