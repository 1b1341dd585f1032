"""Programs: functions of nodes, recorded once and run again without them."""
