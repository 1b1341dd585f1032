"""A listing run by NumPy: where its memory lies, and what goes in and comes out."""
