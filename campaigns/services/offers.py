"""Make, change and archive offers. Code and kind are for good: what was given is told by them.

Whoever holds an offer holds it as it is now: for whom it is and whether it adds to others is asked at each sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import OfferAudience, OfferKind
from campaigns.models import Offer
from campaigns.selectors.offers import living_uses
from retention.common.errors import Conflict, Unprocessable
from retention.common.formats import number
from tenants.governance.services.audit import record_act

MOST_POINTS = 1_000_000
"""The ledger keeps whole numbers, and nobody gives more by one message on purpose."""


@dataclass(frozen=True)
class Terms:
    """What may be changed of an offer. `value` is money, or a number of growth points; no `limit` is none."""

    name: str
    name_zh: str = ""
    value: Decimal = Decimal(0)
    minimum_spend: Decimal = Decimal(0)
    limit: int | None = None
    valid_days: int = 14
    stacks: bool = False
    audience: str = OfferAudience.ANYONE

    @classmethod
    def of(cls, offer: Offer) -> Terms:
        """As they stand."""
        return cls(**{name: getattr(offer, name) for name in cls.__dataclass_fields__})


class TermsRefused(Unprocessable):
    """These terms can't be an offer's: `field` is what has to be mended."""

    def __init__(self, code: str, message: str, *, field: str, mend: str = "") -> None:
        super().__init__(code, message, mend=mend)
        self.field = field


@transaction.atomic
def create_offer(*, terms: Terms, kind: str, actor: object, now: datetime, code: str = "") -> Offer:
    """A new offer; without `code` it is called after its name. Only coupons have unique codes, made when needed."""
    _check(terms, kind, taken=0)
    if code and Offer.objects.filter(code=code).exists():
        raise TermsRefused("offer_code_taken", _("Another offer has this code."), field="code",
                           mend=_("Choose another one; archived offers keep theirs."))  # fmt: skip
    has_codes = kind == OfferKind.COUPON
    offer = Offer.objects.create(
        code=code or _free_code(terms.name),
        kind=kind,
        has_codes=has_codes,
        makes_codes=has_codes,
        created_at=now,
        updated_at=now,
        **asdict(terms),
    )
    _record(offer, "offer.created", actor, now, {"kind": kind, **_plain(terms)})
    return offer


@transaction.atomic
def change_offer(*, offer: Offer, terms: Terms, seen: datetime | None, actor: object, now: datetime) -> Offer:
    """New terms for what goes out from now on; `seen` is the `updated_at` that they were written for."""
    held = Offer.objects.select_for_update().get(pk=offer.pk)  # the row is the lock of `taken`, see coupons
    if held.updated_at != seen or held.archived_at is not None:
        raise Conflict(
            "offer_changed",
            _("Somebody else changed this offer meanwhile."),
            mend=_("Open it again and repeat your change."),
        )
    _check(terms, held.kind, taken=held.taken)
    before, after = _plain(Terms.of(held)), _plain(terms)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        Offer.objects.filter(pk=held.pk).update(updated_at=now, **asdict(terms))
        _record(held, "offer.changed", actor, now, changes)
    held.refresh_from_db()
    return held


@transaction.atomic
def archive_offer(*, offer: Offer, actor: object, now: datetime) -> None:
    """Take it off the lists; who holds it keeps it. Refused while a campaign that is not over gives it."""
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    uses = len(living_uses([held.pk]).get(held.pk, ()))
    if uses:
        words = ngettext("%(count)s campaign gives this offer.", "%(count)s campaigns give this offer.", uses)
        raise Conflict("offer_in_use", words % {"count": uses},
                       mend=_("Take it out of their steps or stop them first."))  # fmt: skip
    if held.archived_at is None:
        Offer.objects.filter(pk=held.pk).update(archived_at=now, updated_at=now)
        _record(held, "offer.archived", actor, now, {})


def _check(terms: Terms, kind: str, *, taken: int) -> None:
    if kind == OfferKind.POINTS and not (1 <= terms.value <= MOST_POINTS and terms.value == int(terms.value)):
        words = _("Growth points are a whole number from 1 to %(most)s.") % {"most": number(MOST_POINTS)}
        raise TermsRefused("offer_points_not_whole", words, field="value")
    if terms.limit is None:
        return
    if kind != OfferKind.COUPON:
        raise TermsRefused("offer_without_codes", _("Only coupons have codes that can be limited."), field="limit",
                           mend=_("Leave the limit empty."))  # fmt: skip
    if terms.limit < taken:
        words = ngettext(
            "%(count)s code is reserved or given already.", "%(count)s codes are reserved or given already.", taken
        )
        raise TermsRefused("offer_limit_below_taken", words % {"count": taken}, field="limit",
                           mend=_("Choose at least %(count)s.") % {"count": taken})  # fmt: skip


def _plain(terms: Terms) -> dict[str, object]:
    """For the audit: amounts as text with two places, so that 5 and 5.00 are the same."""
    return {name: f"{value:.2f}" if isinstance(value, Decimal) else value for name, value in asdict(terms).items()}


def _record(offer: Offer, action: str, actor: object, now: datetime, detail: Mapping[str, object]) -> None:
    record_act(actor=actor, action=action, target=f"offer:{offer.public_id}", detail=detail, at=now)


def _free_code(name: str) -> str:
    stem = slugify(name)[:60] or "offer"
    taken = set(Offer.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)
