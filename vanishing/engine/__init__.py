"""The engine: NumPy only, one folder per family."""
