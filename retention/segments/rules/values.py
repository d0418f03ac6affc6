"""The values and parameters of a clause: typed, bounded, and only ever bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from retention.segments.enums import FieldType
from retention.segments.fields import Field, Param, resolve_choices
from retention.segments.rules.ops import Op
from retention.segments.rules.tree import RuleError, Scalar
from tenants.policies import JSONValue

MAX_LIST = 200
MAX_TEXT = 400
MAX_NUMBER = 1e15
PolicyReader = Callable[[str], JSONValue]


def read_value(field: Field, op: Op, given: object, *, place: str, policy: PolicyReader) -> Scalar:
    """One value of `field` as `op` wants it; raises RuleError at `place`."""
    given = of_policy(given, place, policy)
    kind = op.operand or field.type
    if kind == FieldType.NUMBER:
        if op.operand:
            return _integer(given, 0, 36_600, place)
        number = _number(given, place)
        if field.is_share and not 0 <= number <= 1:
            raise RuleError(
                _("%s is no share: shares and chances lie between 0 and 1.") % given,
                place=place,
                mend=_("Write 0.7 for 70%."),
            )
        return number
    if kind == FieldType.DATE:
        return _date(given, place)
    if kind == FieldType.BOOLEAN:
        if not isinstance(given, bool):
            raise RuleError(_("The value is not yes or no."), place=place, mend=_("Write true or false."))
        return given
    text = _text(given, place)
    if kind in (FieldType.CHOICE, FieldType.LIST):
        known = resolve_choices(field.choices)
        if known and text not in known:
            raise RuleError(
                _("“%s” is not one of its values.") % text,
                place=place,
                mend=_("Use one of: %s.") % ", ".join(list(known)[:20]),
            )
    return text


def read_params(field: Field, given: object, *, place: str, policy: PolicyReader) -> Mapping[str, int | str]:
    """All parameters of `field`, defaults filled in; raises RuleError at `place`."""
    if not isinstance(given, Mapping):
        raise RuleError(_("Parameters are an object."), place=place, mend=_('Write {"days": 30}, for example.'))
    known = {param.code: param for param in field.all_params}
    if unknown := set(given) - set(known):
        names = ", ".join(known) or _("none")
        raise RuleError(
            _("“%(field)s” has no parameter “%(param)s”.") % {"field": field.code, "param": sorted(unknown)[0]},
            place=place,
            mend=_("It takes: %s.") % names,
        )
    return {code: _param(param, given.get(code), f"{place}.{code}", policy) for code, param in known.items()}


def _param(param: Param, given: object, place: str, policy: PolicyReader) -> int | str:
    given = param.default if given is None else of_policy(given, place, policy)
    if given is None:
        raise RuleError(_("“%s” is missing.") % param.code, place=place, mend=_("Say which one is meant."))
    if param.kind == "integer":
        return _integer(given, param.minimum, param.maximum, place)
    text = _text(given, place)
    known = resolve_choices(param.choices) if param.kind == "choice" else {}
    if known and text not in known:
        raise RuleError(
            _("“%s” is not one of its values.") % text, place=place, mend=_("Use one of: %s.") % ", ".join(known)
        )
    return text


def of_policy(given: object, place: str, policy: PolicyReader) -> object:
    """`given`, or what the policy says that it names; raises RuleError at `place`."""
    if not isinstance(given, Mapping):
        return given
    name, key = given.get("policy"), given.get("key")
    if not set(given) <= {"policy", "key"} or not isinstance(name, str):
        raise RuleError(
            _("The value is not plain."), place=place, mend=_('Write a value or {"policy": name, "key": name}.')
        )
    try:
        value = policy(name)
        return value[str(key)] if isinstance(value, dict) else value
    except KeyError:
        raise RuleError(
            _("There is no policy “%s”.") % (f"{name}.{key}" if key else name),
            place=place,
            mend=_("Choose one from the policies page."),
        ) from None


def _number(given: object, place: str) -> int | Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise RuleError(_("The value is not a number."), place=place, mend=_("Write a number without quotes."))
    if given != given or not -MAX_NUMBER < given < MAX_NUMBER:
        raise RuleError(_("The number is too large."), place=place, mend=_("Use a number under 10¹⁵."))
    return given if isinstance(given, int) else Decimal(str(given))


def _integer(given: object, minimum: int, maximum: int, place: str) -> int:
    number = _number(given, place)
    if number != int(number) or not minimum <= number <= maximum:
        raise RuleError(
            _("The value is not a whole number from %(low)d to %(high)d.") % {"low": minimum, "high": maximum},
            place=place,
            mend=_("Change the number."),
        )
    return int(number)


def _date(given: object, place: str) -> date:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else _refuse_date(place)
    except ValueError:
        return _refuse_date(place)


def _refuse_date(place: str) -> date:
    raise RuleError(_("The value is not a date."), place=place, mend=_("Write it as 2026-01-31."))


def _text(given: object, place: str) -> str:
    if not isinstance(given, str) or not given:
        raise RuleError(_("The value is not a text."), place=place, mend=_("Write at least one character."))
    if len(given) > MAX_TEXT:
        raise RuleError(_("The text is too long."), place=place, mend=_("Use at most %d characters.") % MAX_TEXT)
    if "\0" in given or any("\ud800" <= char <= "\udfff" for char in given):
        raise RuleError(
            _("The text holds a character that can't be stored."), place=place, mend=_("Remove it and try again.")
        )
    return given
