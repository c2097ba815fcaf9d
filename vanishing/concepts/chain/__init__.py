"""Chain-rule products."""
