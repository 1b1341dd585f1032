"""Programs in files: written without code, and checked before they are run."""
