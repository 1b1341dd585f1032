"""`scipy.linalg`."""

ROWS: list = []
