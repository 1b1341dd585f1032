"""What checks users' gradients: check_gradients, diagnose, strategies."""
