"""What is handed to those who install it: one version, no address of anybody, and files that are small enough."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import autograd_mini

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_version_stands_in_one_place_and_is_what_is_cited():
    assert PROJECT["dynamic"] == ["version"]
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert cited is not None
    assert cited[1] == autograd_mini.__version__ == importlib.metadata.version("autograd_mini")


def test_the_metadata_names_no_address_yet():
    assert not {"urls", "authors", "maintainers"} & PROJECT.keys()


def test_the_digits_leave_room_in_the_wheel():
    """They are nearly all of its weight; `make dist` weighs the whole."""
    assert sum(path.stat().st_size for path in (ROOT / "nn" / "digits").iterdir()) < 1_800_000
