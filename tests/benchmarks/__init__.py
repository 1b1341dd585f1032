"""How fast the engine is, beside its peers: `python -m tests.benchmarks` prints a table, and asserts nothing."""
