import numpy as np
import pytest

from vanishing.engine.seeds import stream
from vanishing.evidence import claims
from vanishing.evidence import model as evidence


def test_the_share_of_weights_within_one_by_another_count():
    finding = evidence.measure(claims.get("C7"), seed=1)
    drawn = stream(2, "another").normal(0, 1, 400_000)
    assert finding.figures["share"].value == pytest.approx(np.mean(np.abs(drawn) <= 1), abs=0.006)
