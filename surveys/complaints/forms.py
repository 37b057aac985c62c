from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from members.forms import CleanTextField, PersonNameField
from surveys.complaints.domain.cases import Complainant
from surveys.complaints.domain.codes import read_code
from surveys.complaints.models import CaseKind, CaseStatus, Category
from surveys.domain.casting import new_token
from surveys.models import Service
from surveys.traceless import read_token, sign_token

LONGEST_MESSAGE = 5000


class OnceForm(forms.Form):
    """A form with a random token instead of a cookie, so that sending it twice is the same as once."""

    purpose = ""

    def __init__(self, data: QueryDict | None = None, **kwargs):
        self.token = read_token(data.get("token", ""), purpose=self.purpose) if data is not None else ""
        super().__init__(data, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if not self.token:
            raise forms.ValidationError(_("This form could not be read. Please send it once more."), code="no_token")
        return cleaned

    @cached_property
    def signed_token(self) -> str:
        """For the form's hidden field: the same again if it was ours, so that mending a mistake is still one form."""
        return sign_token(self.token or new_token(), purpose=self.purpose)


class CaseForm(OnceForm):
    """What somebody puts into the box, with a name or without."""

    purpose = "complaints.file"

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=CaseKind, initial=CaseKind.COMPLAINT, widget=forms.RadioSelect
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_offered=True),
        label=_("What is it about?"),
        required=False,
        empty_label=_("Something else"),
    )
    service = forms.ModelChoiceField(
        Service.objects.offered(), label=_("Which service?"), required=False, empty_label=_("None in particular")
    )
    body = CleanTextField(
        label=_("Please tell us what happened"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("When, where, and what would make it right? Leave out what would give you away."),
    )
    given_name = PersonNameField(label=_("Given name"), required=False)
    family_name = PersonNameField(label=_("Family name"), required=False)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Our answer then goes there as well."),
        widget=forms.EmailInput(attrs={"dir": "ltr"}),
    )

    named_fields = ("given_name", "family_name", "email")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("email") and not (cleaned.get("given_name") or cleaned.get("family_name")):
            self.add_error("given_name", _("Please add your name, or leave the e-mail address empty as well."))
        return cleaned

    @property
    def complainant(self) -> Complainant | None:
        """Who they say they are, or None for whoever chose not to."""
        given = {name: self.cleaned_data[name] for name in self.named_fields}
        return Complainant(**given) if any(given.values()) else None

    def box_fields(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [self[name] for name in self.fields if name not in self.named_fields]

    def name_fields(self) -> list[forms.BoundField]:
        """The fields that stay empty for whoever wants to remain unknown."""
        return [self[name] for name in self.named_fields]


class CodeForm(forms.Form):
    """The follow-up code, typed as it was written down."""

    code = forms.CharField(
        label=_("Follow-up code"),
        max_length=60,
        help_text=_("The 20 digits that were shown when the case was put into the box."),
        error_messages={"required": _("Please enter the follow-up code.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "class": "code"}),
    )

    def clean_code(self) -> str:
        digits = read_code(self.cleaned_data["code"])
        if not digits:
            raise forms.ValidationError(_("A follow-up code has 20 digits. Please compare it with your own."))
        return digits


class ReplyForm(OnceForm):
    """What the complainant adds to a case."""

    purpose = "complaints.reply"

    body = CleanTextField(label=_("Your reply"), max_length=LONGEST_MESSAGE)


class AnswerForm(OnceForm):
    """What staff answer."""

    purpose = "complaints.answer"

    body = CleanTextField(
        label=_("Answer"),
        max_length=LONGEST_MESSAGE,
        help_text=_("It can be read with the follow-up code. Whoever gave an e-mail address gets it there too."),
    )


class HandlingForm(forms.Form):
    """Where a case stands, and what it is about."""

    status = forms.ChoiceField(label=_("Status"), choices=CaseStatus)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False)
    service = forms.ModelChoiceField(Service.objects.all(), label=_("Service"), required=False)
