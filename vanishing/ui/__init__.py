"""The stage and all it needs: pages and scenes as plain data, and Streamlit to show them."""
