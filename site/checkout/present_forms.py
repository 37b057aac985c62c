from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from checkout.domain.present_taking import Taker
from checkout.domain.presents import Wishes, last_delivery_day
from checkout.forms import PayerForm, offer_currencies_and_code
from checkout.models import LONGEST_GREETING, PresentWay
from members.forms import BirthDateField, CleanTextField, PersonNameField, TelephoneField
from members.models import Tier


class GivePresentForm(PayerForm):
    """For whom it is, how it gets there, and who gives it."""

    recipient_name = PersonNameField(
        label=_("First name of who gets it"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    greeting = CleanTextField(
        label=_("A few words from you"),
        max_length=LONGEST_GREETING,
        required=False,
        help_text=_("Up to 300 letters. They stand in the message and on the voucher."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    recipient_language = forms.ChoiceField(
        label=_("Language of the message and the voucher"), choices=settings.LANGUAGES
    )
    way = forms.ChoiceField(label=_("How shall it get there?"), choices=PresentWay, widget=forms.RadioSelect)
    recipient_email = forms.EmailField(
        label=_("Recipient's e-mail address"),
        required=False,
        help_text=_("Only if we send it by e-mail. We use it for nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    deliver_on = forms.DateField(
        label=_("On which day?"),
        required=False,
        help_text=_("Only if we send it by e-mail: today or later, at most a year ahead."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    about_present = ("recipient_name", "greeting", "recipient_language", "way", "recipient_email", "deliver_on")

    def __init__(self, *args, tier: Tier, **kwargs):
        today = timezone.localdate()
        known = {"recipient_language": get_language(), "way": PresentWay.EMAIL, "deliver_on": today}
        kwargs["initial"] = {**known, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        offer_currencies_and_code(self, tier)
        day = self.fields["deliver_on"].widget.attrs
        day["min"], day["max"] = today.isoformat(), last_delivery_day(today).isoformat()
        self.order_fields([*self.about_present, "given_name", "family_name", "email", "currency", "wants_news"])

    def present_fields(self):
        """What is asked about the present; hidden ones are no question."""
        return [self[name] for name in self.about_present]

    def giver_fields(self):
        """What is asked about the giver."""
        return [field for field in self.visible_fields() if field.name not in self.about_present]

    def clean(self):
        data = super().clean()
        if data.get("way") != PresentWay.EMAIL:
            # What was typed for the other way is no mistake.
            for name in ("recipient_email", "deliver_on"):
                self.errors.pop(name, None)
            return data
        for name in ("recipient_email", "deliver_on"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        self._check_day(data.get("deliver_on"))
        return data

    def _check_day(self, day) -> None:
        today = timezone.localdate()
        if day and not today <= day <= last_delivery_day(today):
            facts = {"first": date_format(today), "last": date_format(last_delivery_day(today))}
            self.add_error("deliver_on", _("Please choose a day from %(first)s to %(last)s.") % facts)

    def wishes(self) -> Wishes:
        """What this valid form says of the present."""
        data = self.cleaned_data
        return Wishes(
            recipient_name=data["recipient_name"],
            greeting=data["greeting"].strip(),
            language=data["recipient_language"],
            way=PresentWay(data["way"]),
            recipient_email=data.get("recipient_email") or "",
            deliver_on=data.get("deliver_on"),
        )


class AddressForm(forms.Form):
    """Whose present it becomes, before anything else is asked."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send a link there with which you go on. Your membership card comes there, too."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )


class AcceptForm(forms.Form):
    """Who accepts. The address is known, and proven, by the link."""

    given_name = PersonNameField(label=_("Given name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    family_name = PersonNameField(label=_("Family name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    phone = TelephoneField(
        label=_("Telephone"), widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "dir": "ltr"})
    )
    birth_date = BirthDateField(label=_("Date of birth"))

    def __init__(self, *args, tier: Tier, **kwargs):
        super().__init__(*args, **kwargs)
        if not tier.depends_on_age:
            del self.fields["birth_date"]

    def taker(self, email: str) -> Taker:
        """Who has filled in this valid form, with the address that they have proven."""
        data = self.cleaned_data
        return Taker(
            given_name=data["given_name"],
            family_name=data["family_name"],
            email=email,
            language=get_language() or settings.LANGUAGE_CODE,
            phone=str(data.get("phone") or ""),
            birth_date=data.get("birth_date"),
        )
