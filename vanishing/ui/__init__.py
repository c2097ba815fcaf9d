"""Streamlit helpers: controls and links, the page frame, chart drawing, run caching."""
