from django.contrib.admin.utils import unquote
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import InspectView

from checkout.desk_views import desk_buttons
from dashboard.domain.person import sections_for
from members.contacts.viewset import ContactViewSet
from members.dates import in_calendar
from members.domain.accountability import log_many
from members.domain.custom_fields import answers_of
from members.domain.reach import reach_of
from members.duplicates_views import merge_buttons
from members.models import Calendar, Contact
from members.privacy_views import privacy_buttons


class PersonView(InspectView):
    """One contact, whole: what every wing knows about them on one page."""

    template_name = "dashboard/person.html"
    page_title = _("Contact")

    @cached_property
    def header_more_buttons(self):
        user = self.request.user
        return [
            *super().header_more_buttons,
            *desk_buttons(self.object, user),
            *merge_buttons(self.object, user),
            *privacy_buttons(self.object, user),
        ]

    def get_object(self):
        with_owner = Contact.objects.select_related("owner")
        return get_object_or_404(with_owner, pk=unquote(str(self.pk)))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["reach"] = reach_of([self.object.pk])[self.object.pk]
        context["sections"] = sections_for(self.object, reader=self.request.user, on=timezone.localdate())
        context["answers"] = answers_of(self.object)
        if self.object.birth_date and self.object.calendar != Calendar.GREGORIAN:
            context["birth_date_in_calendar"] = in_calendar(self.object.birth_date, self.object.calendar)
        return context

    def get_fields_context(self):
        """Not Wagtail's own list of fields, which asks for what the sections show anyway."""
        return []

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        # Seeing someone's record is itself something that must be accountable.
        log_many([self.object.pk], "sanduq.seen", by=request.user)
        return response


class PersonViewSet(ContactViewSet):
    inspect_view_class = PersonView
