"""What is checked, seen alike: a function of nodes, one with a gradient by hand, one of another framework."""
