"""Programs: what is recorded of a function, and what is decided by its numbers."""
