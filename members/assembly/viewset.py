"""The list of assemblies, and the form of one."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView

from members.assembly.forms import AssemblyForm
from members.lists.columns import LinkColumn, TextColumn
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.models import Assembly


class AssemblyPolicy(ModelPermissionPolicy):
    """A frozen list is evidence: the assembly it belongs to is not deleted."""

    def user_has_permission_for_instance(self, user, action, instance) -> bool:
        if action == "delete" and instance.is_frozen:
            return False
        return super().user_has_permission_for_instance(user, action, instance)


def page_of(assembly: Assembly) -> str:
    """Return the address of the assembly's own page."""
    return reverse("members_assembly", args=[assembly.pk])


def state_of(assembly: Assembly) -> str:
    """Return in a word how far it has come."""
    if assembly.is_closed:
        return _("Closed")
    return _("List frozen") if assembly.is_frozen else _("In preparation")


class AssemblyIndexView(StaffListView):
    default_ordering = "-starts_at"

    @cached_property
    def list_display(self):
        title = LinkColumn("title", label=_("Title"), accessor="title", get_url=page_of)
        state = TextColumn("state", label=_("State"), accessor=state_of)
        return [title, "starts_at", "place", "record_day", state]

    def get_edit_url(self, instance):
        return page_of(instance)


class AssemblyCreateView(CreateView):
    def get_success_url(self):
        return page_of(self.object)


class AssemblyEditView(EditView):
    def get_success_url(self):
        return page_of(self.object)


class AssemblyDeleteView(DeleteView):
    """Wagtail asks here whether somebody may delete assemblies, and not whether this one."""

    def get_object(self, queryset=None):
        assembly = super().get_object(queryset)
        if not self.user_has_permission_for_instance("delete", assembly):
            raise PermissionDenied
        return assembly


class AssemblyViewSet(StaffListViewSet):
    model = Assembly
    icon = "calendar-check"
    menu_label = _("General assemblies")
    index_view_class = AssemblyIndexView
    add_view_class = AssemblyCreateView
    edit_view_class = AssemblyEditView
    delete_view_class = AssemblyDeleteView
    list_export = ["title", "starts_at", "place", "record_day", "frozen_at", "fingerprint"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("starts_at"),
            FieldPanel("place"),
            FieldPanel("record_day"),
            MultiFieldPanel(
                [
                    FieldPanel("tiers", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("branch", widget=forms.Select),
                    FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("minimum_months")]),
                    FieldPanel("counts_grace"),
                    FieldPanel("conferred", widget=forms.RadioSelect),
                ],
                heading=_("Who may vote"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("quorum_kind", widget=forms.RadioSelect),
                    FieldPanel("quorum_value"),
                    FieldPanel("proxies_per_holder"),
                ],
                heading=_("Quorum and proxies"),
            ),
        ],
        base_form_class=AssemblyForm,
    )
