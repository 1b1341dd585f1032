"""A program in words: as a listing, as NumPy, as C, as numbers and as a picture."""
