from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.contacts.bulk_forms import BulkForm
from members.contacts.bulk_views import ContactBulkAction
from members.memberships.bulk_actions import OfMemberships
from outreach.domain.campaigns import campaign_to_chosen


class WriteAction(ContactBulkAction):
    """Begin a campaign to those who were ticked. It goes out as every other: previewed, by consent, logged."""

    display_name = gettext_lazy("Write to them")
    aria_label = gettext_lazy("Write to the selected contacts")
    action_type = "message"
    action_priority = 20
    form_class = BulkForm
    permission = "outreach.add_campaign"
    explanation = gettext_lazy(
        "A campaign is begun for them. Only those who agreed to its purpose get it, and nothing is sent before you say so."
    )

    @transaction.atomic
    def form_valid(self, form: BulkForm) -> HttpResponse:
        ids = list(self.chosen.order_by().values_list("pk", flat=True))
        name = _("To those chosen on %(moment)s") % {"moment": timezone.localtime().strftime("%Y-%m-%d %H:%M")}
        campaign = campaign_to_chosen(ids, name=name, by=self.request.user)
        return redirect(reverse(campaign.snippet_viewset.get_url_name("edit"), args=[campaign.pk]))


class WriteToMembersAction(OfMemberships, WriteAction):
    """The same from the list of memberships."""
