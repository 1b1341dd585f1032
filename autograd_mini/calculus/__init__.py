"""Every rule there is, as tables to read."""
