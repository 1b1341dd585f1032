"""What proves the engine right."""
