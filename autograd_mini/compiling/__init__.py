"""A recorded graph as a program over arrays."""
