"""How deep can you go."""
