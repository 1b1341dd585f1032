"""The engine itself: nodes and graphs, memory, NumPy's company, what is refused, operations of one's own."""
