from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.log_actions import log
from wagtail.snippets.views.snippets import InspectView

from dashboard.domain.person import sections_for
from members.viewsets import ContactViewSet


class PersonView(InspectView):
    """One contact, whole: what every wing knows about them on one page."""

    template_name = "dashboard/person.html"
    page_title = _("Contact")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["sections"] = sections_for(self.object, reader=self.request.user, on=timezone.localdate())
        return context

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        # Seeing someone's record is itself something that must be accountable.
        log(self.object, "sanduq.seen", user=request.user)
        return response


class PersonViewSet(ContactViewSet):
    inspect_view_class = PersonView

    @property
    def list_display(self):
        return [
            TitleColumn("name", label=_("Name"), accessor="name", sort_key="search_name", get_url=self._page_of),
            Column("email", label=_("E-mail address"), accessor="email"),
            Column("phone", label=_("Telephone"), accessor="phone"),
            Column("language", label=_("Language"), accessor="get_preferred_language_display"),
        ]

    def _page_of(self, contact) -> str:
        return reverse(self.get_url_name("inspect"), args=[contact.pk])
