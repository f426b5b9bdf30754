"""What pages cost, beside a floor measured in the same run: `make bench`.

Nothing here is part of the portal. Pages are served by gunicorn as in the demo, with one worker
and one thread, and paid for in CPU time of that worker and of its PostgreSQL backend.
"""
