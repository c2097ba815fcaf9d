"""An app that shows every formula of the glossary, and one that cannot be read."""

import streamlit as st

from vanishing.glossary import glossary

BROKEN = r"\frac{1}{"
# As the page does, see `vanishing.concepts.glossary.scenes`.
for formula in (*(term.formula for term in glossary.TERMS.values()), BROKEN):
    st.markdown(f"$$\n{formula}\n$$")
