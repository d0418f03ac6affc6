"""Writes numbers to the embedded servers for ever, and says each one only after the server has acknowledged it."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import psycopg
import redis

from retention.common.embedded.servers import embedded_directory, ensure_servers, superuser_dsn


def main(root: str) -> None:
    """Ends only when it is killed or a server is gone."""
    addresses = ensure_servers(Path(root), postgres=True, broker=True)
    dsn = superuser_dsn(embedded_directory(Path(root)), "stay")
    with psycopg.connect(dsn, autocommit=True) as database, redis.from_url(addresses.broker_url) as broker:
        database.execute("CREATE TABLE IF NOT EXISTS public.acknowledged (run int, number int)")
        run = broker.incr("runs")
        for number in count():
            database.execute("INSERT INTO public.acknowledged VALUES (%s, %s)", [run, number])
            print("row", run, number, flush=True)
            broker.rpush("acknowledged", f"{run} {number}")
            print("task", run, number, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
