import streamlit as st

from vanishing.concepts.evidence import parts as section
from vanishing.concepts.evidence.table_papers import PAGE
from vanishing.evidence import model as evidence
from vanishing.evidence import papers
from vanishing.evidence import store as evidence_store
from vanishing.ui.frame import open_page

shipped = evidence_store.shipped()

page = open_page(PAGE)
detail, overview = st.columns([2.2, 1], gap="large")
with detail:
    card = papers.get(page.controls("of").of)
    finding, origin = section.found(page, card)
    passed = evidence.as_expected(card, finding)
    st.markdown(f"**{card.paper}**, {card.where}: {card.says}")
    if passed:
        st.badge("within its tolerance", icon=":material/check_circle:", color="green")
    else:
        st.badge("out of band", icon=":material/cancel:", color="red")
    section.chart(page, card, finding, origin)
    section.figures(card, finding)
    section.leads_to(card)
with overview:
    st.markdown("**All cards**")
    section.listing(
        page, papers.CARDS, lambda one: section.card_mark(one, shipped[one.key]), card.key
    )

within = [one for one in papers.CARDS if evidence.as_expected(one, shipped[one.key])]
numbers = sum(len(one.published) for one in papers.CARDS)
page.notice(
    f"{len(within)} of {len(papers.CARDS)} cards, with {numbers} published numbers between them, "
    "lie within the tolerances that were set beforehand.",
    "Where a card gives a band, a paper's single draw is one of the draws we could have had: what "
    "counts is that it lies among ours.",
)
page.close(code=(card.code,))
