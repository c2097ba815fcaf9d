"""The pages of claims and of paper cards."""
