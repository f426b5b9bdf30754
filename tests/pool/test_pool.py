"""Many people, two connections: nobody is shown what the one before them could see.

A real web server, whose four threads share two connections to PostgreSQL, through Django's own
pool and through a real PgBouncer in transaction mode. Its pages forget to ask who may see, and one
in three fails: in Python, in SQL, in a savepoint. What then shows is what the policies let by.
"""

import http.client
import json
import os
import random
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse

from participants.models import Participant
from portal.demo.programs import is_ready
from portal.processes import Children
from tests.conftest import signed_in
from tests.factories import ParticipantFactory
from tests.pgbouncer import SERVER_CONNECTIONS, transaction_pool
from tests.servers import running_servers

REQUESTS = 2000 if os.environ.get("SIZE") == "nightly" else 250  # through each of the two
VISITORS = 8  # at once
FAILS = ("", "", "", "", "mended", "mended", "python", "sql", "savepoint")
GUNICORN = [sys.executable, "-m", "gunicorn", "--config=deploy/gunicorn.conf.py"]


@pytest.fixture
def town(transactional_db, guide, outsider, case_manager, robin):
    """Three colleagues with three people each, and Robin: committed, for another process."""
    people = {"robin": robin}
    for name, actor in (("guide", guide), ("outsider", outsider), ("case", case_manager)):
        for number in range(3):
            ParticipantFactory(main_contact=actor.membership, last_name=f"{name}-{number}-person")
        people[name] = actor
    return {
        name: SimpleNamespace(
            cookie=cookie_of(actor),
            sees=sorted(Participant.objects.visible_to(actor).values_list("pk", flat=True)),
            user_id=str(actor.user_id),
        )
        for name, actor in people.items()
    }


def cookie_of(actor):
    return "; ".join(f"{one.key}={one.value}" for one in signed_in(actor).cookies.values())


@pytest.fixture
def children():
    with Children() as started:
        yield started


def serve(children, *, wsgi="tests.pool.wsgi", workers=1, **environment):
    """Start the web server on a free port and return it."""
    log = running_servers().home / f"pool-{connection.settings_dict['NAME']}.log"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        web = children.start(
            "gunicorn",
            [*GUNICORN, f"--workers={workers}", f"--bind=fd://{listening.fileno()}", wsgi],
            log=log,
            env=os.environ | {"LOG_LEVEL": "CRITICAL"} | environment,
            pass_fds=[listening.fileno()],
        )
    web.wait_until(lambda: is_ready(port), seconds=60)
    return port


def ask(line, path, cookie=""):
    line.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
    answer = line.getresponse()
    return answer.status, answer.read()


def visits(town, seed):
    """Draw who comes, to which page, and how it fails."""
    chance = random.Random(seed)  # noqa: S311 (a seed that a failure names)
    own_list = reverse("participants:person_list")
    for _ in range(REQUESTS):
        who = chance.choice([*town, "nobody"])
        if who == "nobody":
            yield who, "/ingen/", ""
        elif who != "robin" and chance.random() < 0.1:
            yield who, own_list, ""
        else:
            fails = chance.choice(FAILS)
            yield who, f"/alla/?fails={fails}", fails


def wrong_with(town, line, visit):
    """Return what somebody was shown that they should not be, and which connection showed it."""
    who, path, fails = visit
    whole = town.get(who)
    status, body = ask(line, path, whole.cookie if whole else "")
    if fails in {"python", "sql", "savepoint"}:
        return (visit, status) if status != 500 else None, None
    if path.startswith("/p"):
        foreign = [other for other in town if other != who and f"{other}-0-person" in body.decode()]
        is_right = status == 200 and not foreign and f"{who}-0-person" in body.decode()
        return None if is_right else (visit, status, foreign), None
    told = json.loads(body)
    expected = (whole.sees, whole.user_id) if whole else ([], "")
    is_right = (told["seen"], told["told"]) == expected
    return None if is_right else (visit, told), (told["backend"], who)


def visitor(town, port, visits):
    """Come again and again, on one line that stays open."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        return [wrong_with(town, line, visit) for visit in visits]


def crowd(town, port):
    """Let them all come at once; return what was wrong, and who used which connection."""
    seed = random.randrange(10**6)  # noqa: S311
    drawn = list(visits(town, seed))
    with ThreadPoolExecutor(VISITORS) as together:
        shares = [drawn[number::VISITORS] for number in range(VISITORS)]
        came = [together.submit(visitor, town, port, share) for share in shares]
        found = [one for share in came for one in share.result()]
    users = {}
    for backend, who in filter(None, (used for _, used in found)):
        users.setdefault(backend, set()).add(who)
    return [f"seed {seed}: {one}" for one, _ in found if one], users


def test_two_connections_of_djangos_pool_carry_nobody_over_to_the_next(town, children):
    wrong, users = crowd(town, serve(children, DATABASE_POOL="1,2"))
    assert not wrong
    assert 1 <= len(users) <= 2
    assert all(len(of_one) == len(town) + 1 for of_one in users.values())


def test_pgbouncer_in_transaction_mode_carries_nobody_over_to_the_next(town, children):
    with transaction_pool(children, connection.settings_dict["NAME"]) as url:
        wrong, users = crowd(town, serve(children, DATABASE_URL=url))
    assert not wrong
    assert len(users) == SERVER_CONNECTIONS
    assert all(len(of_one) == len(town) + 1 for of_one in users.values())
