"""Shows in the browser what was written to a file."""

from pathlib import Path


def show_file(path: Path) -> bool:
    """Open a file in the browser of this machine; False where there is none that answers."""
    import webbrowser

    return webbrowser.open(path.resolve().as_uri())


def make_place(name: str) -> Path:
    """The path of a new file of that name, in a folder of its own that stays until the system clears it away."""
    from tempfile import mkdtemp

    return Path(mkdtemp(prefix="autograd_mini-")) / name
