"""What the claims page shows: one claim in full, and all of them."""

from __future__ import annotations

from collections import Counter

from vanishing.concepts.claims.table import ALL, PAGE
from vanishing.concepts.order import CONCEPTS
from vanishing.evidence import again, blocks, claims, model, store
from vanishing.evidence.blocks import needs
from vanishing.evidence.model import Claim, Verdict, verdict_in_words
from vanishing.ui.page import Values
from vanishing.ui.scene import Block, Scene, Text, Warn
from vanishing.ui.work import Found

__all__ = ["PAGE", "needs", "scene"]


def scene(v: Values, found: Found) -> Scene:
    """Return the chosen claim with its verdict, beside the list of all."""
    shipped, repeated = store.shipped(), store.repeated()
    verdicts = {
        one: again.verdict(one, shipped[one.key], repeated[one.key]) for one in claims.CLAIMS
    }
    claim = claims.get(v.of)
    listed = _listed(v, verdicts)
    marked = blocks.listing(
        listed, lambda one: blocks.verdict_mark(verdicts[claims.get(one.key)]), v
    )
    nothing = () if listed else (Warn("No claim of this page has this verdict.", "info"),)
    counts = Counter(verdicts.values())
    return Scene(
        beside=(_detail(claim, v, found, verdicts[claim]),),
        below=(*nothing, marked),
        notice=(
            f"Of {len(verdicts)} claims, {blocks.tally(counts)}.",
            "No verdict is written down anywhere: each is computed from the figures in the table, "
            f"and less than “holds” unless it stands in {100 * again.ENOUGH:g} % of {again.SEEDS} "
            "repeats with other seeds, and of those with settings nearby, and turns across the "
            "boundary of its condition.",
            model.CAN,
            "Expectations came into the project together with the first figures: its history does "
            "not show that they were set beforehand. What was changed since then says so.",
        ),
        code=(claim.code, model.judge, again.verdict),
    )


def _detail(claim: Claim, v: Values, found: Found, first: Verdict) -> tuple[Block, ...]:
    """Return a claim, its verdict, chart and figures."""
    finding, origin = blocks.shown(v, found)
    verdict = again.verdict(claim, finding, store.repeated()[claim.key])
    turned = verdict is not first
    missed = not model.as_expected(claim, finding)
    return (
        Text(f"**The article says:** {claim.says}"),
        Text(blocks.verdict_line(claim, verdict)),
        Text(model.reason(claim, finding)),
        *([Warn(f"With seed 0 the verdict is: {verdict_in_words(claim, first)}.")] * turned),
        *([Warn("A figure is not what theory predicts: see the table.")] * missed),
        blocks.chart(claim, finding, origin),
        blocks.figures(claim, finding),
        blocks.tests(claim),
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
