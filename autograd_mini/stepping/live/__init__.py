"""Pages of scalar graphs that compute: what was recorded is run again in the browser, from other numbers."""
