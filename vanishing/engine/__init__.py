"""The engine: NumPy only, one folder per family.

Whatever is given to it is checked before anything is computed: a number, a name or a shape that a
docstring does not allow is refused with a ValueError that names it (`limits`). Docstrings speak of
errors only where there is more to say.
"""
