"""A worker or a beat of the run: the portal's own, which also knows what the run reminds of."""

from __future__ import annotations

import sys

import django


def main() -> None:
    django.setup()
    from chaos import subjects  # noqa: PLC0415 (Django comes first)
    from portal.celery import app  # noqa: PLC0415

    subjects.join()
    few = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--concurrency=1"]
    if sys.argv[1] == "beat":
        app.start(["--quiet", "beat", "--loglevel=WARNING"])
    else:
        app.worker_main(["worker", "--queues=now,reminders", "--loglevel=WARNING", *few])


if __name__ == "__main__":
    main()
