"""Memory that a training step frees serves the next one, instead of going back to the system and coming anew."""

import numpy as np

_MOST = 2**25  # bytes: the largest threshold that the C library of Linux sets itself


def keep_freed() -> None:
    """Let the C library keep what is freed at its heap's end, up to twice 32 MiB; it would return all above 128 KiB.

    A sweep frees a whole graph, the next step needs as much again, and every page that comes from the system costs
    more than the arithmetic on it. glibc raises the threshold (mallopt(3), M_TRIM_THRESHOLD) when a block that it had
    mapped is freed; this one is never touched, so it costs a call. Elsewhere nothing happens.
    """
    np.empty(_MOST - 2**16, np.uint8)
