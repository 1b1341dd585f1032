"""A program for many inputs at once."""
