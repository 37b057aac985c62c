"""The list that all lists of the staff's are made of."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.ui.tables import Column as PlainColumn
from wagtail.admin.widgets.button import Button
from wagtail.coreutils import multigetattr
from wagtail.snippets.views.snippets import IndexView

from members.domain.exporting import Column
from members.domain.saved_views import apply_view, delete_view, forget, last_view, remember, save_view, views_for
from members.domain.search import find_by_contact
from members.exceptions import NotYoursError
from members.lists.columns import TextColumn, TickColumn
from members.lists.export import export_response
from members.lists.forms import ColumnsForm, ViewNameForm
from members.lists.paginator import CappedPaginator, SearchPaginator
from members.models import SavedView

MOST_PRINTED = 1_000
LONGEST_QUERY = 2_000
# What the address of a list carries besides filters and order: passing things, not worth remembering.
_PASSING = {"p", "q", "export", "print", "reset", "views", "_w_filter_fragment"}


def _reader(field: str):
    """How a field, perhaps of a related row, is read: an empty one is no text, whatever is missing on the way."""

    def read(row):
        value = multigetattr(row, field)
        return "" if value is None else value

    return read


class StaffListView(IndexView):
    """A list that opens as its reader left it, offers more columns, keeps views under names, and prints.

    `optional_columns` are offered besides those of `list_display`; `related` and `prefetched` are what the cells show of
    other tables, fetched at once.
    """

    template_name = "wagtailsnippets/snippets/index.html"
    optional_columns: tuple[BaseColumn, ...] = ()
    # Where the contact of a row stands, by whose names and numbers the list is searched.
    contact_path = ""
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()
    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "reset" in request.GET:
            forget(request.user, self.list_code)
            return HttpResponseRedirect(self.index_url)
        if "views" in request.GET:
            return self._views_page(self._columns_form(), ViewNameForm())
        if not request.GET and not self.results_only and self.last_view and self.last_view.query:
            return HttpResponseRedirect(f"{self.index_url}?{self.last_view.query}")
        response = super().get(request, *args, **kwargs)
        if not self.filter_errors:
            self._remember(request.GET)
        return response

    @property
    def paginator_class(self) -> type[CappedPaginator]:
        """Rows are counted until there are more than anybody turns to, and sooner in a search."""
        return SearchPaginator if self.is_searching else CappedPaginator

    def get_paginator(self, queryset, *args, **kwargs) -> CappedPaginator:
        paginator = super().get_paginator(queryset, *args, **kwargs)
        if isinstance(paginator, SearchPaginator):
            paginator.rows = self.get_base_queryset()
        return paginator

    @property
    def list_code(self) -> str:
        """Under which name views of this list are kept."""
        return self.model._meta.label_lower

    @cached_property
    def last_view(self) -> SavedView | None:
        return last_view(self.request.user, self.list_code)

    def _remember(self, asked: QueryDict) -> None:
        """Keep filters and order. A list opened with neither of them, as by a search, says nothing about them."""
        kept = QueryDict(mutable=True)
        for name, values in asked.lists():
            if name not in _PASSING and any(values):
                kept.setlist(name, values)
        query = kept.urlencode()[:LONGEST_QUERY]
        known = self.last_view.query if self.last_view else ""
        if query != known and (query or asked.get("_w_filter_fragment")):
            remember(self.request.user, self.list_code, query=query)

    # --- What is shown

    def get_base_queryset(self):
        queryset = super().get_base_queryset()
        if self.related:
            queryset = queryset.select_related(*self.related)
        return queryset.prefetch_related(*self.prefetched) if self.prefetched else queryset

    def filter_queryset(self, queryset):
        """Nothing where a filter is not understood: all of them would pass for what was asked."""
        return queryset.none() if self.filter_errors else super().filter_queryset(queryset)

    @cached_property
    def filter_errors(self) -> list[str]:
        """What is wrong with the filters, each in a sentence that begins with the filter's name."""
        if not self.filters or self.filters.is_valid():
            return []
        fields = self.filters.form.fields
        return [
            f"{fields[name].label}: {error}" for name, errors in self.filters.form.errors.items() for error in errors
        ]

    @cached_property
    def is_filtering(self) -> bool:
        return bool(self.filter_errors or super().is_filtering)

    @cached_property
    def no_results_message(self) -> str:
        return " ".join(self.filter_errors) or super().no_results_message

    def search_queryset(self, queryset):
        if not (self.is_searching and self.contact_path):
            return super().search_queryset(queryset)
        found = find_by_contact(self.search_query, queryset, path=self.contact_path)
        return found.order_by(self.ordering, "pk") if self.is_explicitly_ordered else found

    def attach(self, rows: Sequence[Any]) -> None:
        """Give the rows of a page, a sheet of paper or a file what their columns show and the table does not hold."""

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        if not self.is_export and "print" not in self.request.GET:
            self.attach(context["object_list"])
        return context

    @cached_property
    def all_columns(self) -> dict[str, BaseColumn]:
        """Every column that may be shown, by name, the usual ones first."""
        usual = [self._column(field, is_title=not number) for number, field in enumerate(self.list_display)]
        return {column.name: column for column in [*usual, *self.get_optional_columns()]}

    def _column(self, field: str | BaseColumn, *, is_title: bool) -> BaseColumn:
        if isinstance(field, str):
            return self._get_title_column(field) if is_title else self._get_custom_column(field, TextColumn)
        if type(field) is PlainColumn and not is_title:
            # Wagtail's plain cell does not say on a telephone what it holds.
            return TextColumn(field.name, label=field.label, accessor=field.accessor, sort_key=field.sort_key)
        return field

    def get_optional_columns(self) -> Iterable[BaseColumn]:
        return self.optional_columns

    @cached_property
    def chosen_column_names(self) -> list[str]:
        """What the reader chose, without what is gone since; the first column always stays, since it leads on."""
        names = list(self.all_columns)
        chosen = self.last_view.columns if self.last_view else []
        known = [name for name in chosen if name in names[1:]]
        return [names[0], *known] if known else names[: len(self.list_display)]

    @property
    def shown_columns(self) -> list[BaseColumn]:
        """The columns that the reader chose, without the box that picks a row."""
        return [self.all_columns[name] for name in self.chosen_column_names]

    @cached_property
    def columns(self) -> list[BaseColumn]:
        return [TickColumn("bulk_actions", obj_type="snippet"), *self.shown_columns]

    def get_valid_orderings(self) -> list[str]:
        keys = [column.sort_key for column in self.all_columns.values() if column.sort_key]
        return [*keys, *(f"-{key}" for key in keys)]

    # --- Columns and named views

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(_("Columns and views"), url=f"{self.index_url}?views=1", icon_name="cogs", priority=80),
            Button(_("Print"), url=f"{self.index_url}?{self._query_with('print')}", icon_name="print", priority=81),
        ]

    def _query_with(self, what: str) -> str:
        query = self.request.GET.copy()
        query.pop("p", None)
        query[what] = "1"
        return query.urlencode()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """What was asked for on the page of columns and views."""
        columns, name = self._columns_form(), ViewNameForm()
        if "columns" in request.POST:
            columns = self._columns_form(request.POST)
            if columns.is_valid():
                remember(request.user, self.list_code, columns=columns.cleaned_data["shown"])
                return HttpResponseRedirect(self.index_url)
        elif "save" in request.POST:
            name = ViewNameForm(request.POST)
            if name.is_valid():
                save_view(request.user, self.list_code, **name.cleaned_data)
                messages.success(request, _("The view was saved."))
                return HttpResponseRedirect(f"{self.index_url}?views=1")
        else:
            return self._use_or_delete(request)
        return self._views_page(columns, name)

    def _use_or_delete(self, request: HttpRequest) -> HttpResponse:
        view = get_object_or_404(SavedView, list_code=self.list_code, pk=request.POST.get("view") or 0)
        try:
            if "delete" in request.POST:
                delete_view(request.user, view)
                return HttpResponseRedirect(f"{self.index_url}?views=1")
            apply_view(request.user, view)
        except NotYoursError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(self.index_url)

    def _columns_form(self, data: QueryDict | None = None) -> ColumnsForm:
        names = list(self.all_columns)
        labels = [(name, self.all_columns[name].label) for name in names[1:]]
        return ColumnsForm(data, choices=labels, initial={"shown": self.chosen_column_names})

    def _views_page(self, columns: ColumnsForm, name: ViewNameForm) -> HttpResponse:
        context = {
            "page_title": self.get_page_title(),
            "header_title": self.get_page_title(),
            "breadcrumbs_items": [
                *self.breadcrumbs_items,
                {"url": self.index_url, "label": self.get_page_title()},
                {"url": "", "label": _("Columns and views")},
            ],
            "columns_form": columns,
            "name_form": name,
            "views": views_for(self.request.user, self.list_code).select_related("user"),
            "index_url": self.index_url,
        }
        return TemplateResponse(self.request, "members/lists/views.html", context)

    # --- A file, and paper

    show_export_buttons = True

    def export_columns(self) -> list[Column]:
        """What stands in the file: the fields that the list names for it, else the columns that are shown."""
        if self.list_export:
            return [(self.get_heading(self.get_base_queryset(), name), _reader(name)) for name in self.list_export]
        return [(str(column.label), column.get_value) for column in self.shown_columns]

    def as_spreadsheet(self, queryset, spreadsheet_format: str) -> HttpResponseBase:
        return export_response(
            queryset,
            self.export_columns(),
            file_format=spreadsheet_format,
            name=self.model._meta.model_name,
            user=self.request.user,
            query=self.request.GET.urlencode(),
            prepare=self.attach,
        )

    def render_to_response(self, context, **kwargs) -> HttpResponse:
        return self._paper() if "print" in self.request.GET else super().render_to_response(context, **kwargs)

    def _paper(self) -> HttpResponse:
        """The list as it is printed: as many rows as one may turn to, and nothing around them."""
        shown = list(self.get_queryset()[:MOST_PRINTED])
        self.attach(shown)
        context = {
            "title": self.get_page_title(),
            "headings": [column.label for column in self.shown_columns],
            "rows": [[column.get_value(row) for column in self.shown_columns] for row in shown],
            "search": self.search_query,
            "most": MOST_PRINTED,
        }
        return TemplateResponse(self.request, "members/lists/print.html", context)
