"""Tags and filters that every template has without loading them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, Select
from django.template import loader
from django.template.base import Node, NodeList, Parser, Token
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from retention.common import formats

register = template.Library()


def _of_template(write: Callable[..., str]) -> Callable[..., str]:
    """`write` as a filter: what a template can't find is an empty text there, and nothing here."""

    @wraps(write)
    def filter_(value: Any, *arguments: Any) -> str:
        return write(None if value == "" else value, *arguments)

    return filter_


WRITERS = (
    formats.number,
    formats.reached,
    formats.share,
    formats.chance,
    formats.rough,
    formats.points,
    formats.money,
    formats.rough_money,
    formats.day,
    formats.moment,
    formats.moment_or_day,
    formats.days,
    formats.minutes,
    formats.ago,
)
for _write in WRITERS:
    register.filter(_write.__name__, _of_template(_write))


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite: decoration unless `label` says what it means."""
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>', css, voice, static("stay/icons.svg"), name
    )


@register.filter
def as_script_json(value: Any) -> SafeString:
    """JSON that is safe inside a ``<script type="application/json">``."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    escaped = text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return mark_safe(escaped)  # noqa: S308 - escaped just above


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with `changes`; an empty value drops the key."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in ("", None):
            params[key] = value
    return "?" + params.urlencode()


@register.simple_tag
def styled(field: BoundField) -> SafeString:
    """A form field's widget with the look's classes."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    else:
        css = "form-select" if isinstance(widget, Select) else "form-control"
    own = widget.attrs.get("class", "")
    wrong = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": f"{css}{wrong} {own}".strip()})


class RememberNode(Node):
    """Renders its body into a variable."""

    def __init__(self, name: str, body: NodeList) -> None:
        self.name = name
        self.nodelist = body

    def render(self, context: template.Context) -> str:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered by a template
        return ""


@register.tag
def remember(parser: Parser, token: Token) -> RememberNode:
    """``{% remember page_title %}{% block title %}{% endblock %}{% endremember %}``: a block to print twice."""
    _tag, name = token.split_contents()
    body = parser.parse(("endremember",))
    parser.delete_first_token()
    return RememberNode(name, body)


@register.simple_tag(takes_context=True)
def render_panel(context: template.RequestContext, item: Any) -> str:
    """A panel's template with what its context found, on top of the page's own context."""
    with context.push(panel=item.panel, **item.context):
        return loader.get_template(item.panel.template).template.render(context)  # type: ignore[attr-defined]
