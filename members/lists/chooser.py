"""How staff choose one record in a form: searched as the record's list is, in their own language, among those they may see."""

from functools import reduce
from operator import or_

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

from members.domain.search import find_by_contact
from members.lists.paginator import CappedPaginator


class SearchForm(BaseFilterForm):
    """Finds rows that have what was typed in one of the fields by which their list is searched."""

    q = forms.CharField(label=_("Search"), widget=forms.TextInput, required=False)

    def filter(self, objects: QuerySet) -> QuerySet:
        if asked := self.cleaned_data["q"].strip():
            self.is_searching, self.search_query = True, asked
            return self.search(asked, objects)
        return objects

    def search(self, asked: str, objects: QuerySet) -> QuerySet:
        """Those of `objects` that `asked` may mean."""
        fields = objects.model.snippet_viewset.search_fields
        return objects.filter(reduce(or_, (Q(**{f"{field}__icontains": asked}) for field in fields)))


class ContactSearchForm(SearchForm):
    """Finds rows by whatever is known of their contact, which stands at `path` of a row."""

    path = ""
    q = forms.CharField(
        label=_("Search"),
        widget=forms.TextInput(attrs={"placeholder": _("Name, e-mail address, telephone, member number")}),
        required=False,
    )

    def search(self, asked: str, objects: QuerySet) -> QuerySet:
        return find_by_contact(asked, objects, path=self.path)


class StaffChooserWidget(AdminSnippetChooser):
    """Its words are Wagtail's without the name of the model, which they would join in the language of whoever came first."""

    def __init__(self, model=None, **kwargs):
        super().__init__(model, **kwargs)
        self.choose_one_text = _("Choose")
        self.choose_another_text = _("Choose another")
        self.link_to_chosen_text = _("Edit")


class _StaffChooseMixin:
    """Reading the rows takes the permission to see them, and opens as fast with a million of them as with ten."""

    page_title = _("Choose")
    paginator_class = CappedPaginator
    results_template_name = "members/lists/chooser_results.html"

    def get_filter_form_class(self) -> type[BaseFilterForm]:
        if self.filter_form_class is None and self.model.snippet_viewset.search_fields:
            return SearchForm
        return super().get_filter_form_class()

    @property
    def page_subtitle(self) -> str:
        return capfirst(self.model._meta.verbose_name)

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.get_permission_policy().user_has_any_permission(request.user, ["view", "add", "change"]):
            raise PermissionDenied
        return super().get(request)


class StaffChooseView(_StaffChooseMixin, ChooseView):
    """The whole window to choose in."""


class StaffChooseResultsView(_StaffChooseMixin, ChooseResultsView):
    """Its rows alone, after a search or on another page."""


class StaffChooserViewSet(SnippetChooserViewSet):
    """What the choosers of all wings have in common."""

    choose_one_text = _("Choose")
    choose_view_class = StaffChooseView
    choose_results_view_class = StaffChooseResultsView
    base_widget_class = StaffChooserWidget


class _OfContactMixin:
    filter_form_class = type("MembershipSearchForm", (ContactSearchForm,), {"path": "contact"})


class ChooseOfContactView(_OfContactMixin, StaffChooseView):
    """Rows that are somebody's."""


class ChooseOfContactResultsView(_OfContactMixin, StaffChooseResultsView):
    """The same, after a search."""


class OfContactChooserViewSet(StaffChooserViewSet):
    """Finds what is somebody's, such as a membership, by whose it is."""

    choose_view_class = ChooseOfContactView
    choose_results_view_class = ChooseOfContactResultsView
