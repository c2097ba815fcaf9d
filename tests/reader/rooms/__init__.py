"""What each page may say, and what of it its charts hold."""
