"""Lists of runs."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from retention.common import formats
from retention.common.tables import Column, Table, badge
from retention.scoring.enums import FullReason, RunKind, RunStatus
from retention.scoring.models import ScoreRun

TONES = {RunStatus.DONE: "good", RunStatus.FAILED: "bad", RunStatus.RUNNING: "info"}


def _status(run: ScoreRun) -> str:
    words = badge(run.get_status_display(), TONES.get(RunStatus(run.status), "secondary"))
    if run.is_current:
        return format_html("{} {}", words, badge(_("in force"), "good"))
    return format_html("{} {}", words, run.message) if run.message else words


def _kind(run: ScoreRun) -> str:
    """What it was, and why everybody, or how many of them."""
    if run.kind == RunKind.REFRESH:
        restated = run.summary.get("restated")
        if restated is None:
            return run.get_kind_display()
        return gettext("%(kind)s: %(count)s restated") % {
            "kind": run.get_kind_display(), "count": formats.number(restated),
        }  # fmt: skip
    why = run.summary.get("why", FullReason.ASKED)
    if why == FullReason.ASKED:
        return run.get_kind_display()
    return gettext("%(kind)s: %(why)s") % {"kind": run.get_kind_display(), "why": FullReason(why).label}


class RunTable(Table):
    """All runs, newest first."""

    name = "runs"
    columns = (
        Column("as_of", _("As of"), kind="day", sort="as_of", falls_first=True),
        Column("status", _("Status"), kind="html", value=_status),
        Column("kind", pgettext_lazy("of a run", "Kind"), value=_kind),
        Column("customers", _("Customers"), kind="number", value=lambda run: run.customers or None),
        Column("seconds", _("Seconds"), kind="decimal"),
        Column("requested", _("Requested"), kind="moment", value="requested_at"),
        Column("fingerprint", _("Fingerprint"), value=lambda run: run.fingerprint[:12]),
    )
    default_sort = "-as_of"
    empty_title = _("No run yet")
    empty_text = _("The first one starts by itself at night, or now by the button above.")
