"""What a check found, in as few lines as there are mistakes, and in files."""
