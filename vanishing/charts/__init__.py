"""Altair charts over named, tidy frames; no Streamlit here."""
