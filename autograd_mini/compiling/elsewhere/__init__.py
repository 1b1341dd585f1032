"""Programs on other array libraries, those that follow the Python array API standard."""
