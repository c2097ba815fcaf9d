from collections import Counter

import streamlit as st

from vanishing.concepts.evidence import parts as section
from vanishing.concepts.evidence.table_claims import ALL, PAGE
from vanishing.evidence import claims
from vanishing.evidence import model as evidence
from vanishing.evidence import store as evidence_store
from vanishing.evidence.model import Verdict, verdict_in_words
from vanishing.ui import site
from vanishing.ui.frame import open_page

shipped = evidence_store.shipped()
verdicts = {claim: evidence.judge(claim, shipped[claim.key]) for claim in claims.CLAIMS}

page = open_page(PAGE)
detail, overview = st.columns([2.2, 1], gap="large")
with detail:
    claim = claims.get(page.controls("of").of)
    finding, origin = section.found(page, claim)
    verdict = evidence.judge(claim, finding)
    st.markdown(f"**The article says:** {claim.says}")
    st.markdown(section.verdict_line(claim, finding))
    st.markdown(evidence.reason(claim, finding))
    if verdict is not verdicts[claim]:
        st.warning(f"With seed 0 the verdict is: {verdict_in_words(claim, verdicts[claim])}.")
    if not evidence.as_expected(claim, finding):
        st.warning("A figure is not what theory predicts: see the table.")
    section.chart(page, claim, finding, origin)
    section.figures(claim, finding)
    section.leads_to(claim)
with overview:
    st.markdown("**All claims**")
    chosen = page.controls("show", "page", "sort")
    order = {
        "article": lambda one: 0,
        "verdict": lambda one: list(Verdict).index(verdicts[one]),
        "page": lambda one: site.position(one.page),
    }[chosen.sort]
    listed = [
        one
        for one in sorted(claims.CLAIMS, key=order)
        if chosen.show in (ALL, verdicts[one].name) and chosen.page in (ALL, one.page)
    ]
    if not listed:
        st.info("No claim of this page has this verdict.")
    section.listing(
        page, listed, lambda one: section.verdict_mark(one, shipped[one.key]), claim.key
    )

counts = Counter(verdicts.values())
page.notice(
    f"Of {len(verdicts)} claims, {section.tally(counts)}.",
    "No verdict is written down anywhere: each is computed from the figures in the table. For "
    "every claim a test plants an error in the engine, and sees the verdict turn or a figure miss "
    "what theory predicts.",
)
page.close(code=(claim.code, evidence.judge))
