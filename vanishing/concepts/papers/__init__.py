"""The paper cards."""
