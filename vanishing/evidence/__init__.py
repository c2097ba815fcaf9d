"""Claims and paper cards: what they are, how they are judged, stored and reported."""
