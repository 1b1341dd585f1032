"""A function run once on nodes: what it computed, and what Python code decided on the way."""
