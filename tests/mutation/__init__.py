"""Wrong rules, planted one by one, and the suite that must catch each."""
