"""What a threshold set by hand would do, in words and as a table."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.common import formats
from retention.scoring.models import ScoreRun
from retention.scoring.services.pool_preview import PoolShift
from tenants.policy_previews import Effect


def shift_effect(shifts: list[PoolShift], run: ScoreRun) -> Effect:
    """`shifts` among the customers of `run`."""
    moved, dear = sum(shift.customers for shift in shifts), sum(shift.high_value for shift in shifts)
    if not moved:
        return Effect((_("Nobody would change pool."),))
    said = _("%(moved)s of %(scored)s customers would change pool, as of the run in force.")
    high = ngettext("%(count)s of them is of high value.", "%(count)s of them are of high value.", dear)
    sentences = (
        said % {"moved": formats.number(moved), "scored": formats.number(run.customers)},
        high % {"count": formats.number(dear)},
    )
    rows = tuple(
        (
            str(shift.before.label),
            str(shift.after.label),
            formats.number(shift.customers),
            formats.number(shift.high_value),
        )
        for shift in shifts
    )
    return Effect(sentences, (_("Pool now"), _("Pool then"), _("Customers"), _("of high value")), rows)
