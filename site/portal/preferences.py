"""The form in which a person says what they may be written to about, by each way in which they can be reached."""

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.domain.consent import age_of_consent, counting, needs_guardian, record_consent, standing_answers
from members.models import Channel, Contact, Purpose, User

QUESTIONS = {
    Channel.EMAIL: gettext_lazy("Write to me by e-mail about"),
    Channel.SMS: gettext_lazy("Send me text messages about"),
    Channel.POST: gettext_lazy("Send me letters about"),
    Channel.PHONE: gettext_lazy("Call me about"),
}


def channels_of(contact: Contact) -> list[Channel]:
    """The ways in which `contact` can be reached."""
    has_phone = contact.phones.exists()
    reachable = {
        Channel.EMAIL: contact.emails.exists(),
        Channel.SMS: has_phone,
        Channel.POST: contact.addresses.exists(),
        Channel.PHONE: has_phone,
    }
    return [channel for channel, is_reachable in reachable.items() if is_reachable]


class PreferencesForm(forms.Form):
    """In which language, how and about what somebody wants to be written to."""

    language = forms.ChoiceField(label=gettext_lazy("Write to me in"), choices=settings.LANGUAGES)

    def __init__(self, *args, contact: Contact, **kwargs):
        self.contact, self.today = contact, timezone.localdate()
        self.granted = {
            (event.channel, event.purpose) for event in counting(standing_answers(contact), contact, on=self.today)
        }
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = contact.preferred_language
        self.channels = channels_of(contact)
        for channel in self.channels:
            self.fields[channel.value] = forms.MultipleChoiceField(
                label=QUESTIONS[channel],
                choices=Purpose.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=sorted(purpose for granted, purpose in self.granted if granted == channel),
            )
        if self.channels:
            self.fields[self.channels[0].value].help_text = _(
                "Receipts and answers to your own requests always reach you."
            )

    @property
    def is_minor(self) -> bool:
        """Whether a guardian has to say yes in this person's place."""
        return needs_guardian(self.contact, on=self.today)

    @property
    def age_of_consent(self) -> int:
        return age_of_consent()

    def clean(self):
        data = super().clean()
        if self.is_minor and (self._wanted(data) - self.granted):
            raise forms.ValidationError(
                _(
                    "Anyone younger than %(age)s needs a guardian who says yes for them. "
                    "Please have the guardian contact us. A no counts at once."
                ),
                params={"age": self.age_of_consent},
            )
        return data

    def _wanted(self, data) -> set[tuple[str, str]]:
        return {(channel.value, purpose) for channel in self.channels for purpose in data.get(channel.value, [])}

    def save(self, *, actor: User) -> None:
        """Write down only what has changed, each as an event of its own with the words that were read."""
        wanted = self._wanted(self.cleaned_data)
        asked = {(channel, purpose) for channel, purpose in self.granted if channel in self.channels}
        for channel, purpose in sorted(wanted ^ asked):
            record_consent(
                self.contact,
                channel=channel,
                purpose=purpose,
                granted=(channel, purpose) in wanted,
                wording=f"{self.fields[channel].label}: {Purpose(purpose).label}",
                source="my area",
                actor=actor,
                on=self.today,
            )
        if self.contact.preferred_language != self.cleaned_data["language"]:
            self.contact.preferred_language = self.cleaned_data["language"]
            self.contact.save(update_fields=["preferred_language"])
