"""What is known of the customer: attributes, traits and tags."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Label, Param
from retention.segments.fields.sql import day, number

KEY = Param("key", _("trait"), "text")
_TRAIT = "(c.traits ->> %(key)s)"
_TAGS = (
    "CASE jsonb_typeof(c.traits -> %(key)s)"
    " WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(c.traits -> %(key)s))"
    f" WHEN 'string' THEN array_remove(regexp_split_to_array({_TRAIT}, '[[:space:]]*[,;|，、；][[:space:]]*'), '')"
    " ELSE ARRAY[]::text[] END"
)
"""What a list of tags holds, sent as a list or as one text with commas."""


def _own(code: str, label: Label, kind: FieldType, sql: str, *params: Param) -> Field:
    return Field(code, label, kind, sql, FieldGroup.CUSTOMER, params=params)


FIELDS = (
    _own("external_id", _("customer id"), FieldType.TEXT, "c.external_id"),
    _own("name", _("name"), FieldType.TEXT, "NULLIF(c.name, '')"),
    _own("language", _("language"), FieldType.TEXT, "NULLIF(c.language, '')"),
    _own("timezone", _("time zone"), FieldType.TEXT, "NULLIF(c.timezone, '')"),
    _own("acquisition_source", _("acquisition source"), FieldType.TEXT, "NULLIF(c.source, '')"),
    _own("birthday", _("birthday"), FieldType.DATE, "c.birthday"),
    _own("joined_on", _("customer since"), FieldType.DATE, "(c.joined_at AT TIME ZONE %(zone)s)::date"),
    _own("has_email", _("an e-mail address is held"), FieldType.BOOLEAN, "c.email <> ''"),
    _own("has_phone", _("a phone number is held"), FieldType.BOOLEAN, "c.phone <> ''"),
    _own("trait", _("trait “{key}”"), FieldType.TEXT, _TRAIT, KEY),
    _own("trait_number", _("trait “{key}” as a number"), FieldType.NUMBER, number(_TRAIT), KEY),
    _own(
        "trait_date",
        _("trait “{key}” as a date"),
        FieldType.DATE,
        day(_TRAIT),
        KEY,
    ),
    _own(
        "tag",
        _("tag “{tag}”"),
        FieldType.BOOLEAN,
        "COALESCE(c.traits -> 'tags' ? %(tag)s, FALSE)",
        Param("tag", _("tag"), "text"),
    ),
    _own("tags", _("tags in “{key}”"), FieldType.LIST, _TAGS, Param("key", _("trait"), "text", default="tags")),
)
