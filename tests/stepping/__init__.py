"""The stepper's page: its numbers, and how one walks it in a browser."""
