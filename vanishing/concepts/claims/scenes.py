"""What the claims page shows: one claim in full, and all of them."""

from __future__ import annotations

from collections import Counter

from vanishing.concepts.claims.table import ALL, PAGE
from vanishing.concepts.order import CONCEPTS
from vanishing.evidence import blocks, claims, model, store
from vanishing.evidence.blocks import needs
from vanishing.evidence.model import Claim, Verdict, verdict_in_words
from vanishing.ui.page import Values
from vanishing.ui.scene import Block, Scene, Text, Warn
from vanishing.ui.work import Found

__all__ = ["PAGE", "needs", "scene"]


def scene(v: Values, found: Found) -> Scene:
    """Return the chosen claim with its verdict, beside the list of all."""
    shipped = store.shipped()
    verdicts = {claim: model.judge(claim, shipped[claim.key]) for claim in claims.CLAIMS}
    claim = claims.get(v.of)
    listed = _listed(v, verdicts)
    marked = blocks.listing(
        listed, lambda one: blocks.verdict_mark(claims.get(one.key), shipped[one.key]), v
    )
    nothing = () if listed else (Warn("No claim of this page has this verdict.", "info"),)
    counts = Counter(verdicts.values())
    return Scene(
        beside=((Text("**All claims**"), *nothing, marked),),
        under=_detail(claim, v, found, verdicts[claim]),
        notice=(
            f"Of {len(verdicts)} claims, {blocks.tally(counts)}.",
            "No verdict is written down anywhere: each is computed from the figures in the table. "
            "For every claim a test plants an error in the engine, and sees the verdict turn or a "
            "figure miss what theory predicts.",
        ),
        code=(claim.code, model.judge),
    )


def _detail(claim: Claim, v: Values, found: Found, first: Verdict) -> tuple[Block, ...]:
    """Return a claim, its verdict, chart and figures."""
    finding, origin = blocks.shown(v, found)
    turned = model.judge(claim, finding) is not first
    missed = not model.as_expected(claim, finding)
    return (
        Text(f"**The article says:** {claim.says}"),
        Text(blocks.verdict_line(claim, finding)),
        Text(model.reason(claim, finding)),
        *([Warn(f"With seed 0 the verdict is: {verdict_in_words(claim, first)}.")] * turned),
        *([Warn("A figure is not what theory predicts: see the table.")] * missed),
        blocks.chart(claim, finding, origin),
        blocks.figures(claim, finding),
        blocks.leads_to(claim, CONCEPTS[claim.page]),
    )


def _listed(v: Values, verdicts: dict[Claim, Verdict]) -> list[Claim]:
    """Return the claims chosen by verdict and page, in the order wanted."""
    pages = list(CONCEPTS)
    order = {
        "article": lambda one: 0,
        "verdict": lambda one: list(Verdict).index(verdicts[one]),
        "page": lambda one: pages.index(one.page),
    }[v.sort]
    return [
        one
        for one in sorted(claims.CLAIMS, key=order)
        if v.show in (ALL, verdicts[one].name) and v.page in (ALL, one.page)
    ]
