"""The words of each page, found in what is recorded of it."""
