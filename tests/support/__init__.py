"""What the tests stand on and is no test: oracles, points to test at, right and wrong gradients, pictures, pages."""
