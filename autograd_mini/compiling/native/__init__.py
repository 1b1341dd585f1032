"""Programs as native code, compiled by numba."""
