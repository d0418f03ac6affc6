"""The same request twice does its work once: its answer is kept in the transaction of the work itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError, Unprocessable
from retention.customers.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)
MAX_KEY = 200


def answer_once(
    *, caller: str, key: str, digest: bytes, now: datetime, work: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """The answer of `work`, and whether it was given before.

    Conflict while a request with the key is in flight, Unprocessable when the key came with another `digest`. Whoever
    dies in flight leaves nothing: neither work nor a mark. A refusal is not kept, since it did nothing.
    """
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise DomainError(
            "bad_idempotency_key",
            _("The Idempotency-Key is not a text of 1 to %(max)s signs.") % {"max": MAX_KEY},
            mend=_("Send a UUID."),
        )
    with transaction.atomic():
        _take_off(caller, key)
        kept = KeptAnswer.objects.filter(caller=caller, key=key, kept_at__gt=now - KEPT_FOR).first()
        if kept is not None:
            _refuse_another(kept, digest)
            return kept.answer, True
        answer = work()
        KeptAnswer.objects.filter(kept_at__lte=now - KEPT_FOR).delete()
        KeptAnswer.objects.create(caller=caller, key=key, digest=digest, answer=answer, kept_at=now)
    return answer, False


def flight_lock(caller: str, key: str) -> str:
    """What a request holds while it is in flight: bound to the tenant, the caller and the key."""
    return f"{connection.schema_name}:idempotency:{caller}:{key}"  # type: ignore[attr-defined]


def _take_off(caller: str, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [flight_lock(caller, key)])
        if not cursor.fetchone()[0]:
            raise Conflict(
                "request_in_flight",
                _("A request with this Idempotency-Key is still being worked on."),
                mend=_("Wait for its answer, or send it again in a few seconds."),
            )


def _refuse_another(kept: KeptAnswer, digest: bytes) -> None:
    if bytes(kept.digest) != digest:
        raise Unprocessable(
            "idempotency_key_reused",
            _("This Idempotency-Key came with another request before."),
            mend=_("Give each request a key of its own; repeat one only with the very same body."),
        )
