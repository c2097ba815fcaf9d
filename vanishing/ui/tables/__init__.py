"""One table per page: its words, its controls, its presets."""
