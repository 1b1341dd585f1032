"""Pictures: what they say, their numbers, how they fold."""
