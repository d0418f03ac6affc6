"""One question to one door, and what must hold for every answer."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from tests.isolation.matrix import OPEN, SIGNED_IN, TENANT, Row
from tests.isolation.worlds import KEY, NOBODY, THEIRS, Visitor, Worlds, writes

REFUSALS = frozenset({301, 302, 400, 401, 403, 404, 405, 409, 415, 422, 429})


def label(row: Row) -> str:
    """The row's name in a test's name."""
    return row.name if row.conf == TENANT else f"platform-{row.name}"


def may(visitor: Visitor, row: Row) -> bool:
    """Whether the visitor may open this door at home."""
    if row.permission == OPEN:
        return True
    if visitor.name == KEY:
        return row.api and (row.permission == SIGNED_IN or row.permission in visitor.codes)
    return row.permission in visitor.codes or (row.permission == SIGNED_IN and visitor.name != NOBODY)


def ask(
    worlds: Worlds, visitor: Visitor, row: Row, method: str, host: str, *, theirs: bool = False, is_served: bool = True
) -> int:
    """The answer's status; fails when it shows the stranger's canary, writes to their tables, or is a defect.

    The request is undone. A method that isn't served may not write to our own tables either.
    """
    world = worlds.theirs if theirs else worlds.ours
    path = reverse(row.name, urlconf=row.conf, kwargs=row.path_arguments(world)) + (
        f"?{row.query}" if row.query else ""
    )
    before = writes(worlds.rival, worlds.acme)
    with transaction.atomic():
        response = visitor.ask(method, path, host, row.body(world), as_json=row.api)
        shown = b"".join(response.streaming_content) if response.streaming else response.content
        after = writes(worlds.rival, worlds.acme)
        transaction.set_rollback(True)
    theirs_written, ours_written = (now - then for now, then in zip(after, before, strict=True))
    said = f"{visitor.name} {method} {path} at {host}: {response.status_code}"
    assert THEIRS not in shown.decode(errors="replace") + str(response.headers), f"{said} shows what is another's"
    assert theirs_written == 0 or (row.permission == OPEN and host.startswith("rival")), (
        f"{said} changed what is another's"
    )
    assert ours_written == 0 or is_served or response.status_code == 405, (
        f"{said} writes, and the row doesn't list the method"
    )
    assert response.status_code < 500, said
    return int(response.status_code)
