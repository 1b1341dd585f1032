"""Which operation and which line is to blame, where the engine sees into f."""
