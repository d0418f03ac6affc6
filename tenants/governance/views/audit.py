"""The audit log: who did what, and whether it still says what it said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.common.tables import render_table
from tenants.governance.selectors.audit import all_entries, check_chain
from tenants.governance.services.audit import record_act
from tenants.governance.tables import AuditTable, break_words
from tenants.people.permissions import require


@require("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """All acts, newest first."""
    return render_table(request, AuditTable, all_entries(), "governance/audit.html")


@require_POST
@require("audit.view")
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Follow the whole chain; the check itself is an act."""
    check = check_chain()
    if check.broken is None:
        record_act(
            actor=request.user,
            action="audit.verified",
            target="audit",
            detail={"entries": check.entries},
            at=clock.now(),
        )
        messages.success(request, _("The log is intact: %(count)d entries.") % {"count": check.entries})
    else:
        messages.error(
            request,
            _("Entry %(position)d is broken: %(reason)s. The %(count)d before it hold.")
            % {"position": check.broken.position, "reason": break_words(check.broken), "count": check.entries},
        )
    return redirect("audit")
