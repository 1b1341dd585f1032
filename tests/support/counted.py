"""How much work a function does, counted, not timed: what grows with the square shows on any machine."""

import sys
from pathlib import Path

import autograd_mini

HOME = str(Path(autograd_mini.__file__).parent)


def count_lines(function):
    """How many lines of the package's own code run while the function does; a turn of a loop is a line at least."""
    count = 0

    def watch(frame, event, argument):
        nonlocal count
        if not frame.f_code.co_filename.startswith(HOME):
            return None
        count += event == "line"
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def grows_linearly(make, use, n):
    """Whether twice as large a graph costs twice the work to use, and no more; make(n) is the graph."""
    small, large = make(n), make(2 * n)
    use(make(n))  # what is imported or remembered once
    return count_lines(lambda: use(large)) <= 2.2 * count_lines(lambda: use(small))
