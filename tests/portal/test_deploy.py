"""The units that run the portal say what the code says."""

from configparser import ConfigParser

import pytest

from portal.celery import app
from portal.demo.programs import QUEUES
from portal.management.commands import dispatch_reminders
from portal.prepare import BASE_DIR

UNITS = BASE_DIR / "deploy" / "systemd"
WORKER = "portal-worker@.service"


def read(path):
    unit = ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str
    unit.read_string(path.read_text())
    return unit


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def test_a_service_comes_back_whatever_ended_it_and_is_given_time_to_end(path):
    unit = read(path)
    assert unit["Service"]["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    program, *words = unit["Service"]["ExecStart"].split()
    assert program.startswith("/srv/portal/.venv/bin/")
    assert (BASE_DIR / program.removeprefix("/srv/portal/")).exists()
    if "worker" in words:  # a task may last so long, and is let end
        assert int(unit["Service"]["TimeoutStopSec"]) > app.conf.task_time_limit
    if "manage.py" in words:
        assert words[1:] == ["dispatch_reminders", "--loop"]
        assert dispatch_reminders.Command


def test_each_queue_has_a_worker_of_its_own():
    queues = {queue.name for queue in app.conf.task_queues}
    started = set(read(UNITS / "portal.target")["Unit"]["Wants"].split())
    name, _at, ending = WORKER.partition("@")
    assert {one for one in started if one.startswith(name)} == {
        f"{name}@{queue}{ending}" for queue in queues
    }
    assert {path.name for path in UNITS.glob("*.service")} - {WORKER} <= started
    assert "--queues=%i" in (UNITS / WORKER).read_text()
    assert set(QUEUES) == queues
    routes = {route["queue"] for route in app.conf.task_routes.values()}
    assert routes | {app.conf.task_default_queue} == queues
