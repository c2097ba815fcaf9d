"""A reader of every page at many settings: what is said is held against what is drawn."""
