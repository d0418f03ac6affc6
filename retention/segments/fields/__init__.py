"""The registry of fields that rules may ask about. An upper app adds its own by ``register`` in ``ready()``."""

from retention.segments.fields.base import Choices, Field, Label, Param, Source, fields, register, resolve_choices

__all__ = ["Choices", "Field", "Label", "Param", "Source", "fields", "register", "resolve_choices"]
