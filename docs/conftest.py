"""What builds the site is read for examples where the extra `site` is installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("sphinx") else ["site"]
