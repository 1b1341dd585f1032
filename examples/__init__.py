"""Programs that show what the house is for, and the lessons rebuilt."""
