"""Settings for the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# A change is judged on the same examples each time; at home, every run looks at new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
