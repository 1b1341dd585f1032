"""Derivatives against differences of values: how much is rounding, what is compared, and the verdict."""
