"""What a timeline's fragment needs, for customers and accounts alike."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpRequest

from retention.common.registry import Registry
from retention.customers.models import Account, Customer
from retention.customers.timeline import Source, decode, encode, timeline

Subject = TypeVar("Subject", Customer, Account)


def timeline_context(
    request: HttpRequest, known: Registry[Source[Subject]], subject: Subject, url: str
) -> dict[str, Any]:
    """A page of entries as asked for by ``?kind=`` and ``?after=``, and the address of the next."""
    user: Any = request.user
    codes = user.permission_codes()
    allowed = [source for source in known if source.permission in codes]
    kind = request.GET.get("kind", "")
    chosen = [source for source in allowed if source.code == kind] or allowed
    after = request.GET.get("after", "")
    entries, position = timeline(chosen, subject, after=decode(after) if after else None)
    return {
        "entries": entries,
        "timeline_url": url,
        "timeline_kinds": allowed,
        "timeline_kind": kind if len(chosen) == 1 else "",
        "timeline_after": encode(position) if position else "",
        "timeline_continues": bool(after),
    }
