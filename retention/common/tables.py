"""Declared tables: columns, filters and a search; sorting, keyset pages and the fragment that HTMX swaps.

    class CustomerTable(Table):
        name = "customers"
        columns = (
            Column("name", _("Name"), sort="name", link=lambda c: c.get_absolute_url()),
            Column("last_order", _("Last order"), kind="day", value="state.last_order_on"),
        )
        filters = (Filter("language", _("Language"), choices=language_choices, apply=by_language),)
        search = Search(_("Name, e-mail or id"), found_customers)
        default_sort = "name"

    def customer_list(request):
        return render_table(request, CustomerTable, Customer.objects.select_related("state"), "customers/list.html")

A page's template says ``{% include "components/_table.html" %}``; the rows' fragment, with count, sort links and
pager, is swapped as one. Every sortable column needs an index on ``(column, key)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.paging import PAGE_SIZE, Page, Sort, keyset_page

Text = Promise | str
Kind = Literal["text", "word", "number", "decimal", "share", "money", "day", "moment", "days", "html"]
Choices = Iterable[tuple[str, Text]]
COUNT_LIMIT = 10_000
OPEN_FILTERS = 3
FORMATS: dict[str, Callable[[Any], str]] = {
    "number": formats.number,
    "decimal": lambda value: formats.number(value, 1),
    "share": formats.share,
    "money": formats.money,
    "day": formats.day,
    "moment": formats.moment,
    "days": formats.days,
}
RIGHT = frozenset({"number", "decimal", "share", "money", "days"})
WHOLE = frozenset({"word", "day", "moment"})
"""What is short and is never broken into lines: Chinese else breaks after any letter."""


@dataclass(frozen=True)
class Column:
    """A column: its heading and how a row's cell is found and written.

    `value` is a dotted path (default: `name`) or a function of the row. `sort` is a lookup path for keyset pages, `""`
    where the column can't be sorted. `link` gives the address that the cell leads to, ""
    where to none. Kind "html" is trusted: build it with ``format_html``. `help` explains the heading. `falls_first`
    sorts falling on the first click.
    """

    name: str
    label: Text
    kind: Kind = "text"
    value: str | Callable[[Any], Any] = ""
    sort: str = ""
    link: Callable[[Any], str] | None = None
    help: Text = ""
    falls_first: bool = False

    def cell(self, row: Any) -> str:
        """The escaped text of this column in `row`."""
        found = self.value(row) if callable(self.value) else _follow(row, self.value or self.name)
        if self.kind in FORMATS:
            found = FORMATS[self.kind](found)
        if found is None or found == "":
            found = formats.NOTHING
        address = self.link(row) if self.link else ""
        return format_html('<a href="{}">{}</a>', address, found) if address else conditional_escape(found)


@dataclass(frozen=True)
class Filter:
    """A choice above the table. `apply` narrows the queryset; an unknown choice is none.

    No choice narrows by `unset`, which is called `unset_label`; to nothing less than all where these are empty.
    `words` puts a value that is no choice, but to which a page leads, in words ("" for what is no value at all);
    without choices such a filter is shown only while it is in use.
    """

    name: str
    label: Text
    choices: Choices | Callable[[], Choices]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    unset_label: Text = ""
    unset: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    words: Callable[[str], Text] | None = None

    def options(self) -> list[tuple[str, Text]]:
        """The choices, worked out now."""
        return list(self.choices() if callable(self.choices) else self.choices)


@dataclass(frozen=True)
class Search:
    """The field above the table: what it finds, in words, and how."""

    label: Text
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True)
class Heading:
    """A heading ready to print: its address sorts by it, `state` is ascending, descending or none."""

    column: Column
    css: str
    query: str = ""
    state: str = "none"


@dataclass(frozen=True)
class Choice:
    """A filter ready to print."""

    filter: Filter
    value: str
    options: list[tuple[str, Text]] = field(default_factory=list)


class Table:
    """One request's view of a declared table. Subclasses set the class attributes."""

    name: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    default_sort: ClassVar[str]
    filters: ClassVar[Sequence[Filter]] = ()
    search: ClassVar[Search | None] = None
    empty_title: ClassVar[Text] = ""
    empty_text: ClassVar[Text] = ""
    page_size: ClassVar[int] = PAGE_SIZE
    below: ClassVar[str] = ""
    """A template that is printed under the rows, and anew with them."""

    def __init__(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.request = request
        self._all = queryset
        self.search_text = request.GET.get("q", "").strip()[:200]

    def get_columns(self) -> Sequence[Column]:
        """The columns of this request; a subclass may add to the declared ones."""
        return self.columns

    def get_filters(self) -> Sequence[Filter]:
        """The filters of this request; a subclass may add to the declared ones."""
        return self.filters

    def prepare(self, rows: Sequence[Any]) -> None:
        """Called once with the rows of the page, to fetch what their cells need in one go."""

    @property
    def id(self) -> str:
        """The id of the element that is swapped."""
        return f"{self.name}-table"

    @cached_property
    def choices(self) -> list[Choice]:
        """The filters with what is chosen."""
        found = []
        for filter_ in self.get_filters():
            options = filter_.options()
            value = self.request.GET.get(filter_.name, "")
            if filter_.words is not None:
                if value and value not in dict(options) and (label := filter_.words(value)):
                    options.append((value, label))
                if not options:
                    continue
            found.append(Choice(filter_, value if value in dict(options) else "", options))
        return found

    @cached_property
    def chosen(self) -> list[tuple[Filter, str]]:
        """Each filter with what is chosen, "" for nothing. Of a filter that is not in use no choices are worked out:
        a fragment does not print them."""
        found = []
        for filter_ in self.get_filters():
            asked = self.request.GET.get(filter_.name, "")
            if asked and asked not in dict(filter_.options()) and not (filter_.words and filter_.words(asked)):
                asked = ""
            found.append((filter_, asked))
        return found

    @property
    def first_choices(self) -> list[Choice]:
        """The filters that stand open: those in use, and the first few."""
        return [choice for place, choice in enumerate(self.choices) if choice.value or place < OPEN_FILTERS]

    @property
    def more_choices(self) -> list[Choice]:
        """The other filters, folded away."""
        return [choice for choice in self.choices if choice not in self.first_choices]

    @property
    def is_narrowed(self) -> bool:
        """True when a search or filter is at work."""
        return bool(self.search_text) or any(value for _filter, value in self.chosen)

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """What is left after search and filters."""
        rows = self._all
        if self.search_text and self.search is not None:
            rows = self.search.apply(rows, self.search_text)
        for filter_, value in self.chosen:
            if value:
                rows = filter_.apply(rows, value)
            elif filter_.unset is not None:
                rows = filter_.unset(rows)
        return rows

    @cached_property
    def sorted_by(self) -> tuple[Column, bool]:
        """The column in force and whether it falls: ``?sort=-name``."""
        asked = self.request.GET.get("sort", "") or self.default_sort
        sortable = {column.name: column for column in self.get_columns() if column.sort}
        column = sortable.get(asked.removeprefix("-"))
        if column is None:
            asked = self.default_sort
            column = sortable[asked.removeprefix("-")]
        return column, asked.startswith("-")

    @cached_property
    def page(self) -> Page[Any]:
        """The page that is asked for."""
        column, falls = self.sorted_by
        cursor = self.request.GET.get("page", "")
        return keyset_page(self.queryset, Sort(column.sort, falls), cursor=cursor, size=self.page_size)

    @cached_property
    def count(self) -> int:
        """Rows, counted up to just over COUNT_LIMIT: an exact count of a million costs more than the page."""
        return self.queryset.order_by()[: COUNT_LIMIT + 1].count()

    @property
    def status(self) -> str:
        """The count in words, also read aloud after a swap."""
        if self.count > COUNT_LIMIT:
            return _("more than %(count)s rows") % {"count": formats.number(COUNT_LIMIT)}
        return _("%(count)s rows") % {"count": formats.number(self.count)} if self.count != 1 else _("1 row")

    @cached_property
    def headings(self) -> list[Heading]:
        """The head of the table."""
        current, falls = self.sorted_by
        found = []
        for column in self.get_columns():
            css = _css(column)
            if not column.sort:
                found.append(Heading(column, css))
                continue
            here = column.name == current.name
            next_falls = not falls if here else column.falls_first
            state = ("descending" if falls else "ascending") if here else "none"
            found.append(Heading(column, css, self._query(sort=("-" if next_falls else "") + column.name), state))
        return found

    @cached_property
    def body(self) -> SafeString:
        """The rows of the table, empty without any. Written here: a template takes four times as long over cells."""
        columns = self.get_columns()
        self.prepare(self.page.rows)
        starts = [(column, _start(column)) for column in columns]
        rows = ("".join([f"{start}{column.cell(row)}</td>" for column, start in starts]) for row in self.page.rows)
        return mark_safe("".join([f"<tr>{row}</tr>\n" for row in rows]))  # noqa: S308 - each cell is escaped

    @property
    def sort_value(self) -> str:
        """The sort in force as its parameter, kept while one filters; empty for the default."""
        column, falls = self.sorted_by
        asked = ("-" if falls else "") + column.name
        return "" if asked == self.default_sort else asked

    @property
    def next_query(self) -> str:
        """The address of the next page; empty on the last."""
        return self._query(page=self.page.next_cursor) if self.page.next_cursor else ""

    @property
    def previous_query(self) -> str:
        """The address of the page before; empty on the first."""
        return self._query(page=self.page.previous_cursor) if self.page.previous_cursor else ""

    def _query(self, **changes: str) -> str:
        """This address with `changes`, from its first page unless they name one."""
        params = self.request.GET.copy()
        params.pop("page", None)
        for key, value in changes.items():
            params[key] = value
        return "?" + params.urlencode()


def render_table(
    request: HttpRequest,
    table_class: type[Table],
    queryset: QuerySet[Any],
    template: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page `template` with the table as ``table``, or the table's rows alone when HTMX asks for them."""
    table = table_class(request, queryset)
    htmx: Any = getattr(request, "htmx", None)
    fragment = bool(htmx) and htmx.target == table.id and not htmx.history_restore_request
    names = {**(context or {}), "table": table, "is_swap": fragment}
    response = render(request, "components/_table_rows.html" if fragment else template, names)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def badge(label: Text, tone: str = "secondary") -> SafeString:
    """A badge for a cell: words first, colour second. `tone` is one of the component's tones."""
    return format_html('<span class="badge stay-badge stay-{}">{}</span>', tone, label)


def _start(column: Column) -> str:
    """The tag that opens each cell of `column`."""
    css = _css(column)
    return format_html('<td data-label="{}" class="{}">' if css else '<td data-label="{}">', column.label, css)


def _css(column: Column) -> str:
    if column.kind in RIGHT:
        return "text-end stay-figure"
    return "text-nowrap" if column.kind in WHOLE else ""


def _follow(row: Any, path: str) -> Any:
    """The value at a dotted path; None where a relation leads nowhere."""
    for part in path.split("."):
        try:
            row = row[part] if isinstance(row, dict) else getattr(row, part, None)
        except (ObjectDoesNotExist, KeyError):
            return None
        if row is None:
            return None
    return row
