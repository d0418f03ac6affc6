"""What the models of renewals say of themselves and of one contract, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from retention.common import formats
from retention.common.errors import sentences
from retention.scoring.models import ScoreModel
from retention.scoring.rules import Rules
from retention.scoring.selectors.subscriptions import RunningTerm, Worth, total_worth
from retention.scoring.services.renewals import OTHER_NAME, PREFIX

TERM_WORDS: dict[str, Promise] = {
    "weekly": pgettext_lazy("term", "Weekly"),
    "monthly": pgettext_lazy("term", "Monthly"),
    "quarterly": pgettext_lazy("term", "Quarterly"),
    "half_yearly": pgettext_lazy("term", "Half-yearly"),
    "yearly": pgettext_lazy("term", "Yearly"),
    "two_yearly": pgettext_lazy("term", "Every two years"),
    OTHER_NAME: pgettext_lazy("term", "Of other lengths"),
}


def is_of_renewals(model: ScoreModel) -> bool:
    """Whether the card is that of renewals of one length of term."""
    return model.name.startswith(PREFIX)


def renewal_model_name(model: ScoreModel) -> str:
    """The card's name on screen."""
    term = TERM_WORDS[model.name.removeprefix(PREFIX)]
    return _("Whether contracts are renewed: %(term)s") % {"term": term}


def renewal_fit_words(model: ScoreModel, rules: Rules) -> str:
    """Whether the model may be trusted, and which of the two it is."""
    if model.name == PREFIX + OTHER_NAME:
        return _(
            "%(count)s terms are left out: they are of no usual length, or run on and no column “term” says how long "
            "one is."
        ) % {"count": formats.number(model.customers)}
    if not model.identified:
        return _refusal(model, rules)
    known = [error for error in model.relative_errors if error is not None]
    said = _("Identified from %(count)s contracts; its least certain parameter is known to ± %(error)s.") % {
        "count": formats.number(model.customers),
        "error": formats.share(max(known, default=0), 0),
    }
    if model.details["model"] == "sbg":
        return sentences(said, _("Each contract keeps its own chance to leave (sBG)."))
    return sentences(said, _("The chance to leave changes from term to term (BdW): the data speak for it."))


def _refusal(model: ScoreModel, rules: Rules) -> str:
    asked, renewed, left = model.customers, model.repeat_customers, sum(model.details["left"])
    if asked < (need := rules.whole("models.minimum_contracts")):
        return _few(_("Not fitted: %(have)s contracts came up for renewal, of the %(need)s it needs."), asked, need)
    if left == 0:
        return _("Not identified: nobody left, so how long contracts last can’t be told.")
    if renewed == 0:
        return _("Not identified: nobody renewed, so there is no second term to learn from.")
    if left < (need := rules.whole("models.minimum_ended")):
        return _few(_("Not fitted: %(have)s contracts ended, of the %(need)s it needs."), left, need)
    if renewed < (need := rules.whole("models.minimum_renewed")):
        return _few(_("Not fitted: %(have)s contracts were renewed, of the %(need)s it needs."), renewed, need)
    if "terms in a row" in model.reason:
        return _("Not fitted: too few terms in a row were seen yet.")
    if "limit" in model.reason:
        return _("Not identified: all contracts seem to leave with one and the same chance.")
    return _("Not identified: these data don’t pin its parameters down.")


def _few(sentence: str, have: int, need: int) -> str:
    return sentence % {"have": formats.number(have), "need": formats.number(need)}


def worth_sentences(running: Sequence[RunningTerm], refusals: dict[str, str]) -> list[str]:
    """What runs is worth altogether, what the interval covers, and why some of it has no value."""
    total: Worth = total_worth(running)
    said = []
    if total.value is not None:
        said.append(
            _("Still to come: %(value)s, between %(low)s and %(high)s. Renewals ahead × price × margin, discounted.")
            % {name: formats.rough_money(getattr(total, name)) for name in ("value", "low", "high")}
        )
        said.append(
            _("The mean of such contracts lies in this range in 95 of 100 cases; one alone may bring nothing.")
        )
    if any(one.amount is None and one.chance is not None for one in running):
        said.append(_("Where no price is known there is no value."))
    missing = dict.fromkeys(one.term for one in running if one.chance is None)
    return said + [
        _("%(term)s: %(why)s") % {"term": TERM_WORDS[term], "why": refusals[term]}
        for term in missing
        if term in refusals
    ]
