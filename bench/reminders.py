"""How fast reminders leave, and what planning one costs, with the real worker, beat and broker."""

from __future__ import annotations

import socket
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.processes import Children

if TYPE_CHECKING:
    from bench.servers import Servers

SESSIONS, EACH = 400, 10  # so many cancelled at once, with so many who meant to come
WAIT = 0.05  # seconds that the mail server takes for a letter
PATIENCE = 300
CELERY = ("-m", "celery", "--app=portal", "--quiet")

# Everybody has an address; the chosen sessions lie ahead, and some people mean to come.
ADDRESSES = "UPDATE participants_participant SET email = 'p' || id || '@example.test'"
CHOSEN = """
SELECT id FROM activities_session WHERE starts_at > now() + interval '2 days'
AND cancelled_at IS NULL AND seats IS NULL ORDER BY starts_at, id LIMIT %s
"""
COMING = """
INSERT INTO activities_signup
  (public_id, submission_id, participant_id, owner_id, info_type, session_id, created_at)
SELECT gen_random_uuid(), gen_random_uuid(), person.id, activity.owner_id, 3, held.id, now()
FROM unnest(%s::bigint[]) WITH ORDINALITY AS chosen(id, turn)
JOIN activities_session held ON held.id = chosen.id
JOIN activities_activity activity ON activity.id = held.activity_id
CROSS JOIN LATERAL (
  SELECT id FROM participants_participant WHERE closed_at IS NULL
  ORDER BY id OFFSET (chosen.turn * %s) %% 300 LIMIT %s) person
ON CONFLICT DO NOTHING
"""
CANCEL = """
UPDATE activities_session SET cancelled_at = now(), cancel_reason = 'OTHER' WHERE id = ANY(%s)
"""
LEFT = """
SELECT count(*) FILTER (WHERE status = 'ACCEPTED'), count(*) FROM reminders_reminder
WHERE kind = 'session_cancelled' AND subject_id = ANY(%s)
"""


@dataclass(frozen=True)
class Flow:
    """What one run has found."""

    reminders: int
    per_second: float  # that have left, while there were many
    planning_ms: float  # each, where a change brings about ten


def measure(servers: Servers, database: str) -> Flow:
    """Cancel many sessions at once, and see the letters go."""
    from activities.notifications.sessions import SESSION_CANCELLED  # noqa: PLC0415 (Django comes first)
    from portal.reminders import planning  # noqa: PLC0415

    with servers.superuser(database) as admin:
        admin.execute(ADDRESSES)
        ids = [pk for (pk,) in admin.execute(CHOSEN, [SESSIONS]).fetchall()]
        admin.execute(COMING, [ids, EACH, EACH])
        admin.execute(CANCEL, [ids])
        began = time.perf_counter()
        for pk in ids:
            planning.plan(SESSION_CANCELLED, [pk])
        planning_ms = (time.perf_counter() - began) * 1000
        wanted = admin.execute(LEFT, [ids]).fetchone()[1]  # type: ignore[index]
        if not wanted:
            message = "no session lies ahead that could be cancelled"
            raise ValueError(message)
        rate = _sent_a_second(servers, database, ids, wanted)
    return Flow(wanted, rate, planning_ms / wanted)


def _sent_a_second(servers: Servers, database: str, ids: list[int], wanted: int) -> float:
    """Run one worker of two processes, and beat, until everything has left."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = servers.environment(database) | {"SMTP_URL": f"smtp://127.0.0.1:{port}"}
    worker = ("worker", "--queues=now,reminders", "--concurrency=2", "--without-gossip")
    programs = {
        "post": ("-m", "bench.post", str(port), str(WAIT)),
        "worker": (*CELERY, *worker),
        "beat": (*CELERY, "beat"),
    }
    with Children() as children, servers.superuser(database) as admin:
        for name, arguments in programs.items():
            log = servers.home / f"{name}.log"
            children.start(name, [sys.executable, *arguments], log=log, env=env)
        deadline = time.monotonic() + PATIENCE
        began, some, left = 0.0, 0, 0
        while left < wanted:
            if time.monotonic() > deadline:
                message = f"only {left} of {wanted} reminders left in {PATIENCE} s"
                raise TimeoutError(message)
            time.sleep(0.25)
            left = admin.execute(LEFT, [ids]).fetchone()[0]  # type: ignore[index]
            if left and not began:
                began, some = time.monotonic(), left
        return (left - some) / (time.monotonic() - began)
