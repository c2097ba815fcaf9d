"""What to notice on a page, in sentences made from the present numbers."""
