"""POST /api/v1/<kind>/batch/: rows in, through the importer that also reads files."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common import clock
from retention.common.errors import DomainError
from retention.customers.api.batch_body import Batch, BatchParser
from retention.customers.api.batch_schema import batch_operation
from retention.customers.importers import importers
from retention.customers.services.batches import bring_batch
from retention.customers.services.idempotency import answer_once
from tenants.governance.services.audit import actor_identity
from tenants.people.permissions import api_permission


class BatchView(APIView):
    """Bring rows in. Rows that can't be read are refused one by one; the others are committed by the time of a 2xx."""

    permission_classes = [api_permission("customers.import")]
    parser_classes = [BatchParser]
    kind = ""

    def post(self, request: Request) -> Response:
        """Answers 200 although rows were refused; with an Idempotency-Key, the same again for 24 hours."""
        batch = request.data
        if not isinstance(batch, Batch):
            raise ParseError(_("The body is empty."))
        who = ":".join(actor_identity(request.user))
        now = clock.now()

        def work() -> dict[str, Any]:
            result = bring_batch(kind=self.kind, rows=batch.rows, source=f"api:{who}", now=now)
            return result.as_json()

        if "Idempotency-Key" not in request.headers:
            return Response(work())
        digest = hashlib.sha256(self.kind.encode() + batch.digest).digest()
        key = request.headers["Idempotency-Key"]
        answer, repeated = answer_once(caller=who, key=key, digest=digest, now=now, work=work)
        return Response(answer, headers={"Idempotency-Replayed": "true"} if repeated else None)


def batch_view(kind: str) -> type[BatchView]:
    """The door of one kind, described by the columns of its importer."""
    importer = importers.get(kind)
    if importer is None:
        raise DomainError("unknown_kind", kind)
    view = type(f"{kind.title()}BatchView", (BatchView,), {"kind": kind, "__doc__": BatchView.__doc__})
    return extend_schema_view(post=extend_schema(**batch_operation(importer)))(view)
