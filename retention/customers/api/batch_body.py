"""The body of a batch: a list of rows in JSON, within limits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from retention.common.errors import TooLarge

MAX_ROWS = 5_000
MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class Batch:
    """A body as it came."""

    rows: list[object]
    digest: bytes


class BatchParser(BaseParser):
    """JSON up to MAX_BYTES; numbers stay the text that was sent, so that no digit is lost."""

    media_type = "application/json"

    def parse(  # type: ignore[override]  # DRF hands on whatever a parser makes
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Batch:
        """Raises TooLarge, or ParseError for what is no list in JSON."""
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLarge(
                "body_too_large",
                _("The body is larger than %(max)s bytes.") % {"max": f"{MAX_BYTES:,}"},
                mend=_("Send fewer rows at a time."),
            )
        try:
            rows = json.loads(body, parse_float=str, parse_int=str, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if not isinstance(rows, list):
            raise ParseError(_("The body is not a list of rows."))
        if len(rows) > MAX_ROWS:
            raise TooLarge(
                "too_many_rows",
                _("The batch has %(n)s rows, more than %(max)s.") % {"n": f"{len(rows):,}", "max": f"{MAX_ROWS:,}"},
                mend=_("Cut it into several batches."),
            )
        return Batch(rows, hashlib.sha256(body).digest())


def _no_constant(name: str) -> object:
    raise ValueError(name)
