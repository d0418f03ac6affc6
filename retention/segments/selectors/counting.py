"""The count that a person waits for while writing a rule: it can be stopped, and one that takes too long is estimated.

A statement that counts begins with a comment, its tag, which is bound to the tenant, the person and the open form.
Whoever knows the tag finds the server process that works on it and cancels that statement, and no other: the one who
counts ends by waiting for the lock under which it is looked for, so no cancellation can reach what the process does
next. A tenant's role may not cancel (the processes are the login's), so the stop is sent by the login role, which
reads no table.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.whole_tables import reading_whole_tables
from retention.segments.rules.compile import WHO_BY_THEN, Compiled, Moment, compile_rule
from retention.segments.rules.parse import parse_rule
from retention.segments.science.sampling import Estimate, scale_up
from retention.segments.selectors.members import Reach, reach_statement
from tenants.context import as_login, scope, statements_of

ESTIMATE_SECONDS = 4
"""With the policy's limit for a count, under what a web process may take for a request."""
SAME_CLOCK = 0.1
"""Share of a limit by which the server's clock may run ahead of ours when it ends a statement at its limit."""
ASKED = 500
"""Customers of whom an estimate is made: ± 4 points at most."""
SHOWN = 2_000
"""Members whose ids a count brings along, of which some are shown."""
_EVERYONE = f"SELECT count(*) FROM customers_customer c WHERE {WHO_BY_THEN}"  # noqa: S608


class CountStopped(DomainError):
    """Somebody stopped the count, or counted anew."""

    def __init__(self) -> None:
        super().__init__("count_stopped", _("Counting was stopped."), mend=_("Change the rule, or count again."))


class CountTooLong(DomainError):
    """The count took longer than a person waits."""

    def __init__(self, seconds: int) -> None:
        message = _("Counting took longer than %d seconds and was given up.") % seconds
        super().__init__("count_too_long", message, mend=_("The rule can be saved: it is counted with the next run."))


@dataclass(frozen=True)
class Counted:
    """How many a rule holds and reaches, and the ids of some."""

    reach: Reach
    ids: list[int]


def count_tag(person: object, form: str) -> str:
    """The tag of what `person` counts in the open form called `form`: letters and digits only."""
    key = f"{scope()}|{getattr(person, 'pk', '')}|{form}"
    return "staycount" + hashlib.sha256(key.encode()).hexdigest()[:32]


def count_draft(rule: object, *, as_of: date, tag: str, seconds: int) -> Counted:
    """Count `rule`; a count that goes on under the same tag is stopped first.

    Raises RuleError, CountStopped, and CountTooLong after `seconds`.
    """
    statement = reach_statement(rule, as_of=as_of, also=f"(array_agg(c.id))[1:{SHOWN}]")
    stop_counting(tag)
    row = _tagged(statement.sql, statement.params, tag, seconds)
    return Counted(statement.reach_of(row[:-1]), sorted(row[-1] or []))


def stop_counting(tag: str) -> int:
    """Cancel the counts that run under `tag`, on the server; how many there were."""
    with as_login(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock(tag)])
        cursor.execute(
            "SELECT count(*) FILTER (WHERE pg_cancel_backend(a.pid)) FROM pg_stat_activity a"
            " WHERE a.datname = current_database() AND a.state = 'active' AND a.pid <> pg_backend_pid()"
            " AND starts_with(a.query, %s)",
            [_comment(tag)],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]


def estimate_count(rule: object, *, as_of: date, tag: str, seconds: int = ESTIMATE_SECONDS) -> Estimate | None:
    """About how many `rule` holds, by asking some customers one by one; None where even that takes too long."""
    compiled = compile_rule(parse_rule(rule), Moment.of(as_of))
    try:
        ((everyone,), (asked, hits)) = (
            _tagged(_EVERYONE, compiled.params, tag, seconds),
            _tagged(_sample(compiled), {**compiled.params, "asked": ASKED}, tag, seconds),
        )
    except CountTooLong:
        return None
    return scale_up(hits, asked, everyone) if asked else None


def _sample(compiled: Compiled) -> str:
    """Some customers, the same ones each time, and how many of them the rule holds."""
    return f"""
    SELECT count(*), count(*) FILTER (WHERE {compiled.where})
    FROM (
        SELECT c.* FROM customers_customer c WHERE {WHO_BY_THEN} ORDER BY md5(c.id::text) LIMIT %(asked)s
    ) c{compiled.lateral_joins}"""  # noqa: S608


def _tagged(sql: str, params: Mapping[str, Any], tag: str, seconds: int) -> tuple[Any, ...]:
    begun = time.monotonic()
    try:
        with statements_of(seconds=seconds), transaction.atomic(), connection.cursor() as cursor:
            with reading_whole_tables():
                cursor.execute(f"{_comment(tag)} {sql}", params)
                row: tuple[Any, ...] = cursor.fetchone()
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock(tag)])
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise
        at_its_limit = time.monotonic() - begun >= seconds * (1 - SAME_CLOCK)
        raise (CountTooLong(seconds) if at_its_limit else CountStopped()) from error
    return row


def _comment(tag: str) -> str:
    return f"/* {tag} */"


def _lock(tag: str) -> int:
    """The key of the advisory lock of `tag`: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(tag.encode()).digest()[:8], "big", signed=True)
