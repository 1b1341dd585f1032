"""Programs: what compiled functions give, beside what the engine gives."""
