"""What nn promises when it is used in anger: files, interrupts, odd arguments."""
