"""Health of one container: `python -m config.health worker decision`, or `... beat`."""

import os
import socket
import sys

import psycopg
import redis

BEAT_IS_LATE = "10 minutes"  # beat writes its last runs to the database every three


def worker_beats(name: str) -> bool:
    with redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=2) as client:
        return bool(client.exists(f"assay:worker:{name}@{socket.gethostname()}"))


def beat_runs() -> bool:
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=2) as database:
        found = database.execute(
            "SELECT max(last_run_at) > now() - %s::interval FROM django_celery_beat_periodictask",
            [BEAT_IS_LATE],
        ).fetchone()
    return bool(found and found[0])


def main(arguments: list[str]) -> int:
    match arguments:
        case ["worker", name]:
            return 0 if worker_beats(name) else 1
        case ["beat"]:
            return 0 if beat_runs() else 1
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
