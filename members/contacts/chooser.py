"""Choosing a contact in a form: by name in any spelling, address or number, with what tells two of one name apart."""

from django.db.models import QuerySet
from wagtail.admin.ui.tables import Column

from members.contacts.columns import attach_reach, usual_columns
from members.lists.chooser import ContactSearchForm, StaffChooseResultsView, StaffChooserViewSet, StaffChooseView
from members.models import Contact

_TELLING_APART = ("email", "phone")


class _ContactChooseMixin:
    filter_form_class = ContactSearchForm

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, *(column for column in usual_columns() if column.name in _TELLING_APART)]

    def get_results_page(self, request):
        page = super().get_results_page(request)
        attach_reach(page.object_list, columns=_TELLING_APART)
        return page


class ContactChooseView(_ContactChooseMixin, StaffChooseView):
    """The window."""


class ContactChooseResultsView(_ContactChooseMixin, StaffChooseResultsView):
    """Its rows."""


class ContactChooserViewSet(StaffChooserViewSet):
    """Whoever was erased cannot be chosen for anything."""

    choose_view_class = ContactChooseView
    choose_results_view_class = ContactChooseResultsView

    def get_object_list(self) -> QuerySet[Contact]:
        """All that may be chosen."""
        return Contact.objects.filter(erased_at=None)
