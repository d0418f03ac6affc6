"""How a file is laid out: given by a person, or found by looking at it."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from retention.common.errors import DomainError

KEYS = ("delimiter", "header", "date", "encoding", "sheet")
_TOKENS = (("YYYY", "%Y"), ("yyyy", "%Y"), ("MM", "%m"), ("DD", "%d"), ("dd", "%d"), ("HH", "%H"), ("hh", "%H"),
           ("mm", "%M"), ("SS", "%S"), ("ss", "%S"))  # fmt: skip


@dataclass(frozen=True)
class TableFormat:
    """What a person said about a file; whatever is None is found by looking. A delimiter of " " is runs of blanks."""

    delimiter: str | None = None
    header: tuple[str, ...] | None = None
    date: str | None = None
    encoding: str | None = None
    sheet: str | None = None

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> TableFormat:
        """The "format" part of a map; raises DomainError naming the key that is wrong."""
        for key in given:
            if key not in KEYS:
                raise DomainError("bad_map", _("“format” has no “%s”.") % key, mend=_("Use: %s.") % ", ".join(KEYS))
        delimiter = given.get("delimiter")
        if delimiter is not None:
            delimiter = {"tab": "\t", "\\t": "\t", "whitespace": " "}.get(str(delimiter), str(delimiter))
            if len(delimiter) != 1:
                raise DomainError(
                    "bad_map", _("“delimiter” must be one character."), mend=_("Use “,”, “;”, “|”, “tab” or “ ”.")
                )
        header = given.get("header")
        if header is not None and (not isinstance(header, list) or not all(isinstance(name, str) for name in header)):
            raise DomainError(
                "bad_map", _("“header” must be a list of names."), mend=_('Write ["customer", "date", …].')
            )
        encoding = given.get("encoding")
        if encoding is not None:
            encoding = _known_encoding(str(encoding))
        return cls(
            delimiter=delimiter,
            header=None if header is None else tuple(header),
            date=_date_codes(given.get("date")),
            encoding=encoding,
            sheet=given.get("sheet"),
        )


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise DomainError(
            "bad_map", _("There is no encoding “%s”.") % name, mend=_("Use utf-8, utf-16 or gb18030, or leave it out.")
        ) from None


def _date_codes(given: Any) -> str | None:
    """Format codes as in “%d/%m/%Y”; “DD/MM/YYYY” is understood too."""
    if not given:
        return None
    codes = str(given)
    if "%" not in codes:
        for token, code in _TOKENS:
            codes = codes.replace(token, code)
    if "%" not in codes:
        raise DomainError("bad_map", _("“%s” is no date format.") % given, mend=_("Write it like DD/MM/YYYY."))
    return codes


def plain_suffix(path: Path) -> tuple[str, bool]:
    """(suffix without .gz in lower case, whether it is gzipped)."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        return (suffixes[-2] if len(suffixes) > 1 else ""), True
    return (suffixes[-1] if suffixes else ""), False
