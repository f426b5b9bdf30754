"""Processes of the portal that also know the probe, and may end at a named step.

One nursery imports everything once, and then forks a process for each line it reads, so that a
test may start and kill many: `loop` and `once` are the command, `worker` and `beat` are Celery's,
`hive` keeps loops that are killed at random and started again.
"""

import ctypes
import json
import os
import random
import signal
import socket
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
import time_machine

from portal.leash import PR_SET_PDEATHSIG

LEAST, MOST = 0.15, 0.4  # seconds between two kills
TICK = 0.3  # seconds between two looks of beat


def main():
    django.setup()
    from tests.reminders import probe  # noqa: PLC0415 (after the set-up)

    probe.register()
    nurse(socket.socket(fileno=int(sys.argv[1])))


def nurse(line):
    """Fork what is asked for, and tell how it is: a pid, or the code it ended with."""
    with line, line.makefile("rw") as talk:
        for asked in talk:
            wish = json.loads(asked)
            answer = state(wish["pid"]) if "pid" in wish else fork(wish)
            talk.write(json.dumps(answer) + "\n")
            talk.flush()


def state(pid):
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def child_on_a_leash():
    """Fork: the child's number, or 0 in the child, which ends with its parent."""
    if child := os.fork():
        return child
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    return 0


def fork(wish):
    if child := child_on_a_leash():
        return child
    with Path(wish["log"]).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    arrange(wish["settings"], wish["steps"])
    mode, *arguments = wish["mode"]
    {"loop": dispatch, "once": dispatch, "hive": hive}.get(mode, celery)(mode, *arguments)
    sys.stdout.flush()
    os._exit(0)


def arrange(chosen, steps):
    from django.conf import settings  # noqa: PLC0415

    from portal.reminders.sending import dispatcher  # noqa: PLC0415

    settings.MAILERS["reminders"]["OPTIONS"]["port"] = chosen.pop("port")
    if hours := chosen.pop("clock", 0):
        shift = timedelta(hours=hours)
        time_machine.travel(datetime.now(UTC) + shift, tick=True).start()
    if chosen.pop("broken", False):
        from tests.reminders import probe  # noqa: PLC0415

        probe.register_with_broken_ones()
    for name, value in chosen.items():
        setattr(settings, name, value)

    def step(name):
        if number := steps.pop(name, None):
            signal.pthread_kill(threading.get_ident(), number)  # this thread goes no further

    dispatcher.step = step


def dispatch(mode):
    from django.core.management import call_command  # noqa: PLC0415

    call_command("dispatch_reminders", loop=mode == "loop")


def celery(mode, url, queues="now,reminders"):
    """Start beat, or a worker; one for `bulk` takes back soon, watches closely, and can wait."""
    from portal import watchdog  # noqa: PLC0415
    from portal.celery import app  # noqa: PLC0415

    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = url
    if queues == "bulk":
        app.conf.broker_transport_options |= {
            "visibility_timeout": 1,
            "unacked_restore_interval": 0.3,
        }
        watchdog.WAITS = 1.0
        app.task(wait_for, name="wait_for")
    for line in app.conf.beat_schedule.values():
        line["schedule"] = min(TICK, line["schedule"])
    if mode == "beat":
        app.start(["beat", "--loglevel=INFO"])
    else:
        few = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--concurrency=2"]
        app.worker_main(["worker", f"--queues={queues}", "--loglevel=INFO", *few])


def wait_for(home, name):
    """Write down who has begun, wait to be told to go on, and write down that it is done."""
    begun, going, done = (Path(home) / f"{name}.{how}" for how in ("begun", "go", "done"))
    with begun.open("a") as lines:
        lines.write(f"{os.getpid()}\n")
    while not going.exists():
        time.sleep(0.02)
    done.touch()


def hive(_mode, size, kills, seed):
    """Keep some loops alive, kill one now and then, and say when the killing is over."""
    chance = random.Random(seed)  # noqa: S311 (a seed that a failure names)
    children = [loop() for _ in range(size)]
    for _ in range(kills):
        time.sleep(chance.uniform(LEAST, MOST))
        victim = children.pop(chance.randrange(len(children)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        children.append(loop())
    print("killed", kills, flush=True)
    signal.pause()


def loop():
    if child := child_on_a_leash():
        return child
    dispatch("loop")
    os._exit(0)


if __name__ == "__main__":
    main()
