"""Settings for the whole suite."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A change is judged on the same examples each time; at home, every run looks at new ones. No example has a time limit,
# as a busy machine is no fault of the code.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("home", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "home")

_MOST_PROCESSES = 8  # tests wait for the disk and for processes of their own, too


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run the whole suite in several processes where pytest-xdist is installed; `-n 0` runs it in one.

    Tests are shared out in their order, which keeps those of a module together, and who is done takes over half of what
    another still has.
    """
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not hasattr(config, "workerinput")
    if whole and config.pluginmanager.hasplugin("xdist") and config.option.numprocesses is None:
        config.option.numprocesses = "auto"
        config.option.maxprocesses = config.option.maxprocesses or _MOST_PROCESSES
        config.option.dist = "worksteal"
