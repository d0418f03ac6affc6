"""Behaviour over HTTP: the write key is checked inside the door, so without one every call is 401."""

from __future__ import annotations

from tests.isolation.matrix import OPEN, PUBLIC, TENANT, Row

DOORS = ("identify", "track", "page", "screen", "group", "alias", "batch")
ROWS = tuple(
    Row(f"ingest-{door}", permission=OPEN, methods=("POST",), data={"userId": "=customer.external_id"}, conf=conf)
    for conf in (TENANT, PUBLIC)
    for door in DOORS
)
