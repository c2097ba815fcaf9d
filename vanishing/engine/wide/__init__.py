"""What theory says of wide nets, and fresh nets beside it."""
