"""Who was erased stays out: salted hashes of their marks, asked one by one or as a condition over a staging table.

The same normal form is computed in Python and in SQL: ids as they are, mail addresses in ASCII lower case, phone
numbers as digits; blanks around them don't count.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from retention.common.crypto import seal, unseal
from tenants.governance.models import ErasedMark, ErasureSalt

MarkKind = Literal["id", "email", "phone"]
BLANKS = " \t\r\n"
SHORTEST_PHONE = 5
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_NORMAL_SQL: dict[MarkKind, str] = {
    "id": r"btrim({0}, E' \t\r\n')",
    "email": r"""lower(btrim({0}, E' \t\r\n') COLLATE "C")""",
    "phone": r"regexp_replace({0}, '[^0-9]', '', 'g')",
}


def keep_marks(marks: Iterable[tuple[MarkKind, str]], *, now: datetime) -> int:
    """Keep the hashes of `marks`; how many there were. Empty marks and stubs of phone numbers mark nobody."""
    salt = _salt()
    digests = {_digest(salt, kind, normal) for kind, mark in marks if (normal := _normal(kind, mark))}
    rows = [ErasedMark(digest=digest, kept_at=now) for digest in sorted(digests)]
    ErasedMark.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def erased_among(kind: MarkKind, marks: Iterable[str]) -> set[str]:
    """Those of `marks` that belong to somebody erased."""
    if not ErasedMark.objects.exists():
        return set()
    salt = _salt()
    by_digest: dict[bytes, list[str]] = {}
    for mark in marks:
        if normal := _normal(kind, mark):
            by_digest.setdefault(_digest(salt, kind, normal), []).append(mark)
    kept = ErasedMark.objects.filter(digest__in=list(by_digest)).values_list("digest", flat=True)
    return {mark for digest in kept for mark in by_digest[bytes(digest)]}


def erased_condition(columns: dict[MarkKind, str]) -> tuple[str, list[str]]:
    """SQL that is true for a row of somebody erased, and its parameters.

    `columns` gives the SQL expression of each mark, of type text: ``{"id": "s.external_id", "email": "s.email"}``.
    They are put into the text as they are: never pass anything that a person typed.
    """
    if not columns or not ErasedMark.objects.exists():
        return "FALSE", []
    salt = _salt()
    tests, parameters = [], []
    for kind, column in columns.items():
        normal = _NORMAL_SQL[kind].format(column)
        tests.append(
            "EXISTS (SELECT 1 FROM governance_erasedmark erased"  # noqa: S608 - columns are the caller's own names
            f" WHERE erased.digest = sha256(convert_to(%s || {normal}, 'UTF8')))"
        )
        parameters.append(_prefix(salt, kind))
    return f"({' OR '.join(tests)})", parameters


def mark_digest(kind: MarkKind, mark: str) -> bytes | None:
    """The salted hash of `mark` in its normal form; None for what marks nobody."""
    normal = _normal(kind, mark)
    return _digest(_salt(), kind, normal) if normal else None


def mark_digests(kind: MarkKind, marks: Iterable[str]) -> dict[str, bytes]:
    """The salted hash of each of `marks` that marks somebody."""
    salt = _salt()
    return {mark: _digest(salt, kind, normal) for mark in marks if (normal := _normal(kind, mark))}


def digest_sql(kind: MarkKind, column: str) -> tuple[str, str]:
    """The same as an SQL expression over `column` (SQL of ours, of type text), and its one parameter."""
    return f"sha256(convert_to(%s || {_NORMAL_SQL[kind].format(column)}, 'UTF8'))", _prefix(_salt(), kind)


def _normal(kind: MarkKind, mark: str) -> str:
    if kind == "phone":
        digits = re.sub(r"[^0-9]", "", mark)
        return digits if len(digits) >= SHORTEST_PHONE else ""
    mark = mark.strip(BLANKS)
    return mark.translate(_LOWER) if kind == "email" else mark


def _digest(salt: str, kind: MarkKind, normal: str) -> bytes:
    return hashlib.sha256(f"{_prefix(salt, kind)}{normal}".encode()).digest()


def _prefix(salt: str, kind: MarkKind) -> str:
    return f"{salt}:{kind}:"


def _salt() -> str:
    """The tenant's salt; made at the first erasure."""
    made = ErasureSalt(sealed=seal("erased-marks", secrets.token_hex(32)))
    ErasureSalt.objects.bulk_create([made], ignore_conflicts=True)
    return unseal("erased-marks", ErasureSalt.objects.get().sealed)
