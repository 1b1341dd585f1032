"""NumPy's other names, each composed from the calculus in a line or a few: they have no rules of their own."""
