"""What the documents say, and the shape of the house."""
