"""The gradient by layer in fresh nets."""
