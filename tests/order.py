"""Which tests go to the same worker, and which go first.

pytest-xdist's own groups hang on a private attribute that pytest has left behind: they would part
these without a word.
"""

from xdist.scheduler.loadscope import LoadScopeScheduling

# What a module makes once for all its tests: a town, a scene, servers at a port.
TOGETHER = {
    "tests/portal/test_demo.py",
    "tests/portal/test_demo_town.py",
    "tests/portal/test_seed.py",
    "tests/test_second_belt.py",
}
# A test of a minute that begins last keeps everybody waiting.
LONG = {"tests/portal/test_demo.py", "tests/browser/test_rooms.py", "tests/test_access.py"}


def file_of(nodeid):
    return nodeid.partition("::")[0]


class ByFile(LoadScopeScheduling):
    """Hand out one test at a time, but some files whole."""

    def _split_scope(self, nodeid):
        return file_of(nodeid) if file_of(nodeid) in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: file_of(item.nodeid) not in LONG)
