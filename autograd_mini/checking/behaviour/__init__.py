"""How a function and its gradient behave, whatever the numbers: forms, linearity, memory."""
