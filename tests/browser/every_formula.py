"""An app that shows every formula of the glossary, and one that cannot be read."""

import streamlit as st

from vanishing.concepts.glossary.scenes import FORMULA
from vanishing.glossary import glossary

BROKEN = r"\frac{1}{"
for formula in (*(term.formula for term in glossary.TERMS.values()), BROKEN):
    st.markdown(FORMULA.format(formula))
