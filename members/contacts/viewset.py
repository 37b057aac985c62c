from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.snippets.views.snippets import CreateView, EditView

from members.contacts.chooser import ContactChooserViewSet
from members.contacts.columns import attach_reach, optional_columns, usual_columns
from members.contacts.filters import ContactFilterSet
from members.contacts.import_views import import_buttons
from members.contacts.panels import contact_edit_handler
from members.domain.custom_fields import custom_fields_for
from members.domain.relationships import record_death
from members.domain.search import find_contacts
from members.exceptions import StaleContactError
from members.lists.columns import LinkColumn
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.memberships.filters import MembershipFilteredList
from members.models import Contact, CustomField

# Which tables a column reads, so that a list fetches only what it shows.
_PREFETCHES = {"town": "addresses"}
# What a row needs that shows nothing unusual; the rest of a contact is left where it is.
_LEAN = ["kind", "given_name", "family_name", "organisation_name", "preferred_language", "search_name", "erased_at"]


class ContactIndexView(MembershipFilteredList, StaffListView):
    """Finds people by whatever is known of them, in any spelling."""

    filterset_class = ContactFilterSet
    is_searchable = True
    default_ordering = "search_name"

    @property
    def list_display(self):
        name = LinkColumn(
            "name", label=gettext_lazy("Name"), accessor="name", sort_key="search_name", get_url=self.get_inspect_url
        )
        return [name, *usual_columns()]

    @cached_property
    def own_fields(self) -> list[CustomField]:
        """The nonprofit's own fields, which are columns and filters alike."""
        return custom_fields_for()

    def get_optional_columns(self):
        return optional_columns(self.own_fields)

    def get_filterset_kwargs(self):
        return {**super().get_filterset_kwargs(), "own_fields": self.own_fields}

    @cached_property
    def header_buttons(self):
        return [*super().header_buttons, *import_buttons(self.request.user)]

    @property
    def show_export_buttons(self) -> bool:
        return self.request.user.has_perm("members.export_contact")

    def export_columns(self):
        """Everything that a list of contacts can show, the names in parts, so that the file can be imported again."""
        parts = [
            (gettext_lazy("Number"), lambda contact: contact.pk),
            (gettext_lazy("Given name"), lambda contact: contact.given_name),
            (gettext_lazy("Family name"), lambda contact: contact.family_name),
            (gettext_lazy("Name of the organisation or household"), lambda contact: contact.organisation_name),
        ]
        columns = [column for name, column in self.all_columns.items() if name != "name"]
        return [*parts, *((str(column.label), column.get_value) for column in columns)]

    def as_spreadsheet(self, queryset, spreadsheet_format: str):
        if not self.show_export_buttons:
            raise PermissionDenied
        fetched = queryset.select_related("owner").prefetch_related("addresses")
        return super().as_spreadsheet(fetched, spreadsheet_format)

    def get_base_queryset(self):
        shown = self.chosen_column_names
        queryset = Contact.objects.filter(erased_at=None)
        queryset = queryset.select_related("owner") if "owner" in shown else queryset
        if set(shown) <= {"name", "email", "phone", "tags", "language", "kind"} and not self.is_export:
            queryset = queryset.only(*_LEAN)
        return queryset.prefetch_related(*(_PREFETCHES[name] for name in shown if name in _PREFETCHES))

    def attach(self, rows) -> None:
        attach_reach(rows, columns=self.all_columns if self.is_export else self.chosen_column_names)

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        found = find_contacts(self.search_query, among=queryset)
        return found.order_by(self.ordering, "pk") if self.is_explicitly_ordered else found

    def order_queryset(self, queryset):
        return queryset.order_by(self.ordering, "-pk" if self.ordering.startswith("-") else "pk")


class ConfirmingMixin:
    """Saves once the person at the desk has seen what else it would change."""

    def is_valid(self, form) -> bool:
        if super().is_valid(form):
            warning = form.warning()
            if not warning or form.is_confirmed(warning):
                return True
            form.ask_again(warning, error=_("Please read the notice above. If everything is right, save again."))
            messages.warning(self.request, warning)
            self._refuse(_("Not saved yet."))
        return False

    def form_valid(self, form) -> HttpResponse:
        try:
            with transaction.atomic():
                response = super().form_valid(form)
                if form.has_died_now:
                    self._tell_of_headless_households(record_death(self.object, died_on=self.object.died_on))
        except StaleContactError as error:
            form.report_conflict(error)
            self._refuse(_("Not saved: a colleague was faster."))
            return self.form_invalid(form)
        return response

    def _refuse(self, sentence: str) -> None:
        self.produced_error_code, self.produced_error_message = "validation_error", sentence

    def _tell_of_headless_households(self, households: list[Contact]) -> None:
        for household in households:
            link = format_html('<a href="{}">{}</a>', reverse("contacts:inspect", args=[household.pk]), household)
            messages.warning(self.request, format_html(_("{} has no head now. Name another on its page."), link))


class ContactCreateView(ConfirmingMixin, CreateView):
    """A new contact, unless they are known already."""


class ContactEditView(ConfirmingMixin, EditView):
    """What is on record about one contact."""


class ContactViewSet(StaffListViewSet):
    """People and organisations. The dashboard registers it with the page that shows everything about one of them."""

    model = Contact
    icon = "user"
    menu_label = gettext_lazy("Contacts")
    url_namespace = "contacts"
    admin_url_namespace = "contacts"
    base_url_path = "contacts"
    add_to_admin_menu = True
    menu_order = 110
    index_view_class = ContactIndexView
    chooser_viewset_class = ContactChooserViewSet
    add_view_class = ContactCreateView
    edit_view_class = ContactEditView
    search_fields = ["search_name"]
    inspect_view_enabled = True
    edit_handler = contact_edit_handler
