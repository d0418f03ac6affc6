"""What a new scorecard would do: how well it would have seen who left, and who changes band today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common import formats
from retention.customers.models import Account
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from retention.customers.tables import account_url, customer_url
from retention.scoring.enums import HealthBand
from retention.scoring.models import ScoreRun
from retention.scoring.own_cards import POLICY, own_cards
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.science.health_trial import BandOutcome, HealthTrial, TooFew
from retention.scoring.selectors.current import current_run
from retention.scoring.services.health_backtest import BackTest, Today, try_accounts, try_customers
from tenants.people.permissions import may
from tenants.policies import JSONValue
from tenants.policy_previews import Effect, Preview, previews

PARTS = ("weights", "bad", "good", "bands", "cap")
SHOWN = 20


@dataclass(frozen=True)
class Kind:
    """Whose card it is, and the words for them."""

    code: str
    run: Callable[[ScoreRun, Rules, Rules], BackTest]
    permission: str
    listed: Callable[[object], QuerySet[Any]]
    address: Callable[[Any], str]
    who: Promise
    tried: Promise
    too_few: Promise
    nobody_moves: Promise
    move: Promise


KINDS = (
    Kind(
        "shop",
        try_customers,
        "customers.view",
        lambda user: visible_customers(counted_customers(), user),
        customer_url,
        gettext_lazy("Customers"),
        gettext_lazy(
            "Tried on the past: of %(count)s customers as they were known on %(then)s, %(share)s had not come back"
            " by %(until)s."
        ),
        gettext_lazy(
            "It can’t be tried on the past yet: of whom both weightings know enough, too few left or too few stayed"
            " (%(have)s of %(need)s)."
        ),
        gettext_lazy("Today nobody of %(all)s customers would change band."),
        gettext_lazy("Today %(moved)s of %(all)s customers would change band."),
    ),
    Kind(
        "software",
        try_accounts,
        "accounts.view",
        lambda user: visible_accounts(Account.objects.all(), user),
        account_url,
        gettext_lazy("Accounts"),
        gettext_lazy(
            "Tried on the past: of %(count)s accounts whose term ended between %(then)s and %(until)s, %(share)s"
            " did not renew."
        ),
        gettext_lazy(
            "It can’t be tried on the past yet: too few accounts whose term ended have left or renewed (%(have)s of"
            " %(need)s)."
        ),
        gettext_lazy("Today none of %(all)s accounts would change band."),
        gettext_lazy("Today %(moved)s of %(all)s accounts would change band."),
    ),
)


def tell(kind: Kind, name: str, value: JSONValue) -> Effect | None:
    """The effect of a card's new weights, ends, bands or cap; None before the first run, and without anybody."""
    run = current_run()
    if run is None:
        return None
    old = rules_in_force()
    new = Rules({**old.values, name: value})
    if name == POLICY and own_cards(kind.code, old) == own_cards(kind.code, new):
        return None
    found = kind.run(run, old, new)
    if found.today is None:
        return None
    return _past(kind, found, (_flips(kind, found.today, found.sampled),))


def _past(kind: Kind, found: BackTest, more: tuple[Effect, ...]) -> Effect:
    trial = found.trial
    if isinstance(trial, TooFew):
        words = {"have": formats.number(trial.have), "need": formats.number(trial.need)}
        return Effect((str(kind.too_few) % words,), more=more)
    tried = str(kind.tried) % {
        "count": formats.number(trial.customers),
        "then": formats.day(found.then),
        "until": formats.day(found.until),
        "share": formats.share(trial.left / trial.customers),
    }
    head = (_("Band"), str(kind.who), _("of them left"), _("With yours"), _("of them left"))
    pairs = zip(trial.old.bands, trial.new.bands, strict=True)
    rows = tuple((str(HealthBand(a.band).label), *_outcome(a), *_outcome(b)) for a, b in pairs)
    return Effect((tried, _ranking(trial), _lowest(trial)), head, rows, more)


def _outcome(band: BandOutcome) -> tuple[str, str]:
    return formats.number(band.customers), formats.share(band.share)


def _ranking(trial: HealthTrial) -> str:
    words = {"old": formats.number(trial.old.auc, 3), "new": formats.number(trial.new.auc, 3)}
    if not trial.is_told_apart:
        text = _("Who left is ranked as well by either (AUC %(new)s instead of %(old)s: no more than chance).")
    elif trial.gain > 0:
        text = _("Yours ranks who left better (AUC %(new)s instead of %(old)s, more than chance).")
    else:
        text = _("Yours ranks who left worse (AUC %(new)s instead of %(old)s, more than chance).")
    return text % words


def _lowest(trial: HealthTrial) -> str:
    return _("Of the tenth with the lowest health, %(new)s left with yours, and %(old)s with what holds now.") % {
        "new": formats.share(trial.new.lowest_tenth),
        "old": formats.share(trial.old.lowest_tenth),
    }


def _flips(kind: Kind, today: Today, sampled: bool) -> Effect:
    words = {"moved": formats.number(len(today.flips.places)), "all": formats.number(today.flips.everybody)}
    said = [str(kind.move if len(today.flips.places) else kind.nobody_moves) % words]
    if sampled:
        said.append(_("That is a sample, spread evenly over all."))
    rows = tuple((_band(was), _band(becomes), formats.number(count)) for was, becomes, count in today.flips.counts)
    head = (_("Band now"), _("Band then"), str(kind.who))
    return Effect(tuple(said), head, rows, names=lambda user: _who(kind, today, user))


def _who(kind: Kind, today: Today, user: object) -> Effect | None:
    """Those who move furthest, by name, of whom `user` may see; None of nobody."""
    moved = today.ids[today.flips.places]
    seen = kind.listed(user).filter(pk__in=moved.tolist()) if may(user, kind.permission) else kind.listed(user).none()
    mine = np.isin(moved, np.array(seen.order_by().values_list("pk", flat=True), dtype=np.int64))
    places = today.flips.places[mine][:SHOWN]
    if not len(places):
        return None
    known = seen.in_bulk(today.ids[places].tolist())
    rows = []
    for place in places.tolist():
        one = known[int(today.ids[place])]
        name = format_html('<a href="{}">{}</a>', kind.address(one), str(one))
        healths = (formats.reached(float(card.score[place])) for card in (today.old, today.new))
        rows.append((name, *healths, _band(today.old.band[place]), _band(today.new.band[place])))
    head = (str(kind.who), _("Health now"), _("Health then"), _("Band now"), _("Band then"))
    return Effect((_("These move furthest:"),), head, tuple(rows))


def _band(code: str) -> str:
    return str(HealthBand(code).label) if code else _("too little known")


def _preview(kind: Kind) -> Preview:
    names = {*(f"health.{kind.code}.{part}" for part in PARTS), "health.minimum_weight", POLICY}
    return Preview(f"health_{kind.code}", frozenset(names), lambda name, value: tell(kind, name, value))


for one_kind in KINDS:
    previews.register(_preview(one_kind))
