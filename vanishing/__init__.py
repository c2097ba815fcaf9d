"""The vanishing gradient problem, computed: a NumPy engine, its charts and its page helpers."""
