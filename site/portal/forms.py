from allauth.account import forms as account_forms
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from members.domain.consent import record_consent
from members.models import Channel, Contact, Purpose


class LoginForm(account_forms.LoginForm):
    """One door for all: with a password if one has been set, else with a code that comes by e-mail.

    The library leaves the password out since nobody chooses one while registering; who sets one later could not use it.
    """

    def _setup_password_field(self) -> None:
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Leave it empty, and we send you a code by e-mail.")


class PreferencesForm(forms.Form):
    """In which language and about what somebody wants to be written to."""

    language = forms.ChoiceField(label=_("Write to me in"), choices=settings.LANGUAGES)
    purposes = forms.MultipleChoiceField(
        label=_("Write to me by e-mail about"),
        choices=Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Receipts and answers to your own requests always reach you."),
    )

    def __init__(self, *args, contact: Contact, **kwargs):
        self.contact = contact
        self.granted = set(
            contact.consents.filter(channel=Channel.EMAIL, granted=True).values_list("purpose", flat=True)
        )
        kwargs["initial"] = {"language": contact.preferred_language, "purposes": sorted(self.granted)}
        super().__init__(*args, **kwargs)

    def save(self, *, actor) -> None:
        """Write down only what has changed, each as an event of its own."""
        wanted = set(self.cleaned_data["purposes"])
        for purpose in sorted(wanted ^ self.granted):
            record_consent(
                self.contact,
                channel=Channel.EMAIL,
                purpose=purpose,
                granted=purpose in wanted,
                wording=f"{self.fields['purposes'].label}: {Purpose(purpose).label}",
                source="my area",
                actor=actor,
            )
        if self.contact.preferred_language != self.cleaned_data["language"]:
            self.contact.preferred_language = self.cleaned_data["language"]
            self.contact.save(update_fields=["preferred_language"])
