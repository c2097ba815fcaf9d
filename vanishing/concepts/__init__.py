"""One room per concept: its table, scenes, charts, words and claims."""
