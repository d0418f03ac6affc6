"""A customer's level and points in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from retention.common import formats
from retention.customers.enums import PointKind
from retention.customers.languages import is_chinese
from retention.customers.models import EarnRule, Level, PointEntry
from retention.customers.selectors.levels import Standing


@dataclass(frozen=True)
class EntryLine:
    """One line of the ledger."""

    entry: PointEntry
    why: str


def level_name(level: Level) -> str:
    """Its code and, where it has one, its name in the reader's language."""
    name = (level.name_zh if is_chinese(get_language() or "") else "") or level.name
    return f"{level.code} {name}" if name and name != level.code else level.code


def level_benefits(level: Level) -> str:
    """What the level brings, in the reader's language where it is written in it."""
    return (level.benefits_zh if is_chinese(get_language() or "") else "") or level.benefits


def level_title(standing: Standing) -> str:
    """What the customer holds; empty when that is nothing."""
    if standing.level is not None:
        return level_name(standing.level)
    return standing.membership.level if standing.membership is not None else ""


def sentences(standing: Standing, as_of: date) -> list[str]:
    """Where the level comes from, until when it is kept, and how far the next one is."""
    return [said for said in (_origin(standing), _kept(standing), _next(standing)) if said]


def entry_lines(entries: Iterable[PointEntry]) -> list[EntryLine]:
    """Each entry with why it is there, in the reader's language."""
    names = rule_names()
    return [EntryLine(entry, entry_reason(entry, names)) for entry in entries]


def entry_reason(entry: PointEntry, names: dict[str, str]) -> str:
    """The rule's name for what was earned, else what a person wrote."""
    if entry.kind != PointKind.EARNED:
        return entry.reason
    name = names.get(entry.rule, entry.rule)
    return _("%(rule)s, taken back or corrected") % {"rule": name} if entry.revision > 1 else name


def rule_names() -> dict[str, str]:
    """What each rule is called in the reader's language, as it is now."""
    chinese = is_chinese(get_language() or "")
    rules = EarnRule.objects.order_by("code", "starts_on").values_list("code", "name", "name_zh")
    return {code: (name_zh if chinese else "") or name for code, name, name_zh in rules}


def with_rule_names(entries: QuerySet[PointEntry]) -> QuerySet[PointEntry]:
    """Each with the latest names of its rule beside it: for lists that are read page by page."""
    rule = EarnRule.objects.filter(code=OuterRef("rule")).order_by("-starts_on")
    return entries.annotate(
        rule_name=Subquery(rule.values("name")[:1]), rule_name_zh=Subquery(rule.values("name_zh")[:1])
    )


def names_beside(entry: PointEntry) -> dict[str, str]:
    """What `with_rule_names` put beside it, as `entry_reason` takes it."""
    chinese = is_chinese(get_language() or "")
    name = (getattr(entry, "rule_name_zh", "") if chinese else "") or getattr(entry, "rule_name", "")
    return {entry.rule: name} if name else {}


def _origin(standing: Standing) -> str:
    held = standing.membership
    if held is None:
        return ""
    since = formats.day(held.since)
    if held.ends_on is None:
        return _("Membership since %(since)s.") % {"since": since}
    words = {"since": since, "ends": formats.day(held.ends_on)}
    if held.cancelled:
        return _("Membership from %(since)s to %(ends)s, cancelled: it will not be renewed.") % words
    if held.auto_renew is None:
        return _("Membership from %(since)s to %(ends)s.") % words
    if held.auto_renew:
        return _("Membership from %(since)s to %(ends)s, renews itself.") % words
    return _("Membership from %(since)s to %(ends)s, auto-renewal is off.") % words


def _kept(standing: Standing) -> str:
    if standing.kept_until is None or standing.level is None:
        return ""
    return _("Kept until %(day)s, although %(earned)s of its %(needed)s points remain.") % {
        "day": formats.day(standing.kept_until),
        "earned": formats.number(standing.earned),
        "needed": formats.number(standing.level.points_needed),
    }


def _next(standing: Standing) -> str:
    if standing.next_level is None:
        return ""
    return _("%(missing)s more points lead to %(level)s: %(earned)s of %(needed)s in %(window)s days.") % {
        "missing": formats.number(standing.missing),
        "level": level_name(standing.next_level),
        "earned": formats.number(standing.earned),
        "needed": formats.number(standing.next_level.points_needed),
        "window": formats.number(standing.window),
    }
