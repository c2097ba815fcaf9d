"""The claims of the article, judged."""
