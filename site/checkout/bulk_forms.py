"""What staff say of a renewal, or of a change of tier, of many memberships at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from checkout.domain.bulk_dues import Kind, Way, Wish
from donations.forms import OneLineField
from members.contacts.bulk_forms import BulkForm
from members.models import Tier

LONGEST_REASON = 200


class RenewForm(BulkForm):
    """On which tier, and how those pay for whom something is due."""

    kind = Kind.RENEW
    tier = forms.ModelChoiceField(
        Tier.objects.all(),
        label=_("Tier of the next term"),
        required=False,
        empty_label=_("the one they have; for whoever has outgrown it, the one that fits"),
    )
    way = forms.ChoiceField(
        label=_("Where something is to be paid"),
        choices=[
            (Way.INVOICE.value, _("Send an invoice; the term is granted when it is paid")),
            (Way.FREE.value, _("It costs nothing, by decision; the term is granted at once")),
        ],
        initial=Way.INVOICE.value,
        widget=forms.RadioSelect,
    )
    reason = OneLineField(label=_("Why it costs nothing"), max_length=LONGEST_REASON, required=False)

    def clean(self):
        data = super().clean()
        if data.get("way") == Way.FREE and not data.get("reason"):
            self.add_error("reason", _("Please say why it costs nothing. The reason stands in the history."))
        return data

    def wish(self) -> Wish:
        """What this valid form asks for."""
        way = Way(self.cleaned_data.get("way") or Way.INVOICE)
        reason = self.cleaned_data.get("reason", "") if way == Way.FREE else ""
        return Wish(self.kind, self.cleaned_data["tier"], way, reason)


class ChangeTierForm(RenewForm):
    """To which tier. What is unused of the running term counts, and an invoice goes out for what is still to be paid."""

    kind = Kind.CHANGE
    tier = forms.ModelChoiceField(
        Tier.objects.all(),
        label=_("To the tier"),
        required=False,
        empty_label=_("the one that fits, for whoever has outgrown theirs"),
    )
    way = None
    reason = None
