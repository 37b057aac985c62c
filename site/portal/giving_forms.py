"""What a donor may change of a recurring gift by themselves."""

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from checkout.gift_forms import SHARE, SharesForm
from donations.domain.fee_cover import PaymentFee
from donations.domain.schedules import LEAST_DAYS_AHEAD
from donations.models import Fund, RecurringGift, StopCause


class ChangeForm(SharesForm):
    """Another amount, another fund, another division; filled with what holds now."""

    template_name = "portal/_change_fields.html"

    covers_fee = forms.BooleanField(required=False, label=_("I go on adding what the payment costs."))

    def __init__(self, *args, gift: RecurringGift, funds: Sequence[Fund], fee: PaymentFee | None, **kwargs):
        shares = list(gift.shares.select_related("fund"))
        typed = {**_as_typed(shares), "amount": f"{gift.amount.amount.normalize():f}", "covers_fee": True}
        kwargs["initial"] = {**typed, **(kwargs.get("initial") or {})}
        known = [*funds, *(share.fund for share in shares if share.fund not in funds)]
        super().__init__(
            *args,
            currency=str(gift.amount.currency),
            funds=known,
            **kwargs,
        )
        self.gift, self.fee = gift, fee
        if not gift.fee_cover or fee is None:
            del self.fields["covers_fee"]

    def fee_cover(self):
        """What is added to the new amount for the cost of the payment, if the donor goes on adding it."""
        if self.fee is None or not self.cleaned_data.get("covers_fee"):
            return None
        return self.fee.cover_for(self.cleaned_data["amount"])


def _as_typed(shares) -> dict:
    if len(shares) == 1:
        return {"fund": shares[0].fund_id}
    return {f"{SHARE}{share.fund_id}": f"{share.amount.amount.normalize():f}" for share in shares}


class DayForm(forms.Form):
    """The day of the next charge."""

    day = forms.DateField(label=_("Day of the next donation"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, today: date, latest: date, **kwargs):
        super().__init__(*args, **kwargs)
        first = today + timedelta(days=LEAST_DAYS_AHEAD)
        self.fields["day"].widget.attrs |= {"min": first.isoformat(), "max": latest.isoformat()}


class PauseForm(forms.Form):
    """Until when nothing is charged."""

    until = forms.DateField(
        label=_("Pause until"),
        help_text=_("Before this day nothing is charged, and nothing is made up for afterwards."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class StopForm(forms.Form):
    """Why somebody stops, if they want to say."""

    cause = forms.ChoiceField(
        label=_("May we ask why? You need not say."), required=False, widget=forms.RadioSelect, initial=""
    )
    words = forms.CharField(
        label=_("In your own words"), required=False, max_length=250, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [("", _("I would rather not say")), *StopCause.choices]
