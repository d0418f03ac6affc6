"""The door of providers: what they tell us is checked, kept as it came and acknowledged; work comes later."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns.channels import provider_called
from campaigns.services.receipts import keep_receipt
from campaigns.tasks import process_receipts
from campaigns.webhooks import is_genuine, secrets_of
from retention.common import clock
from tenants.context import scope

LARGEST = 64 * 1024


@csrf_exempt  # the signature is the credential
@require_POST
def provider_hook(request: HttpRequest, provider: str) -> HttpResponse:
    """202 means kept, also when it came before; 404 for anybody who can't sign."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    body = request.body
    if provider_called(provider) is None or not is_genuine(request.headers, body, secrets_of(provider, scope())):
        raise Http404
    with transaction.atomic():
        raw = body.decode("utf-8", errors="replace").replace("\0", "")
        if keep_receipt(provider=provider, event_id=request.headers["webhook-id"], raw=raw, now=clock.now()):
            process_receipts.wake()
    return HttpResponse(status=202)
