"""Numbers without a function: arguments as vectors, derivatives from values along a line, what kinks allow."""
