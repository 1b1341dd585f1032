"""How much hypothesis does: HYPOTHESIS_PROFILE=thorough for a long look."""

import os

from hypothesis import settings

settings.register_profile("default", max_examples=16, deadline=None, print_blob=True)
settings.register_profile("thorough", max_examples=200, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
