"""The arrays hidden in a graph: from the tape of what was recorded to a listing of operations over views."""
