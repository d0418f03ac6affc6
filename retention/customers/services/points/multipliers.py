"""What levels multiplied by until the day before a change: so a changed ladder leaves points of the past alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from retention.customers.models import EarnRule, LevelMultiplier


def keep_multipliers(*, before: Mapping[str, Decimal], after: Mapping[str, Decimal], today: date) -> int:
    """Write down, by level's code, what held until yesterday and holds no more; how many were changed.

    A level that comes or goes multiplied by one before or after. Of several changes on a day the first alone tells
    what held before it. While no rule has ever been multiplied there is no past to keep.
    """
    if not EarnRule.objects.filter(multiplied=True).exists():
        return 0
    one, last_day = Decimal(1), today - timedelta(days=1)
    changed = [code for code in sorted({*before, *after}) if before.get(code, one) != after.get(code, one)]
    rows = [LevelMultiplier(code=code, multiplier=before.get(code, one), ends_on=last_day) for code in changed]
    LevelMultiplier.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
