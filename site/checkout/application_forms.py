"""The three steps of an application: who, the tier's questions, and how to pay."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from checkout.forms import NEWS_WORDING, JoinForm, offer_currencies_and_code, offer_gateways
from checkout.models import Application
from members.domain.custom_fields import clean_value
from members.forms import CleanTextField, custom_form_field
from members.models import CustomFieldKind, TierQuestion

# Up to so many choices stand one below the other, to be tapped; more are in a list that opens.
MOST_RADIOS = 6


class DetailsForm(JoinForm):
    """The first step: who wants to join."""

    gateway = None
    wants_news = None
    currency = None
    code = None
    renews_automatically = None
    gift_amount = None
    gift_fund = None

    def __init__(self, *args, application: Application | None = None, **kwargs):
        if application is not None:
            names = ("form_key", "given_name", "family_name", "email", "phone", "birth_date")
            known = {name: getattr(application, name) for name in names}
            kwargs["initial"] = {**known, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("We write to you there about your application.")


class QuestionsForm(forms.Form):
    """The second step: what the tier asks."""

    def __init__(self, *args, application: Application, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = application.questions
        for question in self.questions:
            field = custom_form_field(
                question.field, application.answers.get(question.field.code), is_required=question.is_required
            )
            self.fields[_name_of(question)] = field
            if question.field.kind == CustomFieldKind.TEXT:
                field.widget = forms.Textarea(attrs={"rows": 3})
            elif isinstance(field, forms.ChoiceField) and len(field.choices) <= MOST_RADIOS + 1:
                field.widget = forms.RadioSelect(choices=field.choices[1:])

    def clean(self):
        data = super().clean()
        for question in self.questions:
            name = _name_of(question)
            if name not in data:
                continue
            try:
                data[name] = clean_value(question.field, str(data[name] or ""))
            except ValidationError as error:
                self.add_error(name, error)
        return data

    def answers(self) -> dict[str, Any]:
        """The answers of this valid form, by the code of the field."""
        return {question.field.code: self.cleaned_data.get(_name_of(question)) for question in self.questions}


def _name_of(question: TierQuestion) -> str:
    return f"question_{question.field.code}"


class SendForm(forms.Form):
    """The last step: how to pay, and off it goes."""

    currency = forms.ChoiceField(label=_("Currency"), required=False)
    code = forms.CharField(
        label=_("Discount code"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    wants_news = forms.BooleanField(label=NEWS_WORDING, required=False)
    gateway = forms.ChoiceField(label=_("How would you like to pay?"), widget=forms.RadioSelect)

    def __init__(self, *args, application: Application, is_free: bool, **kwargs):
        super().__init__(*args, **kwargs)
        offer_currencies_and_code(self, application.tier)
        if is_free:
            del self.fields["gateway"]
        else:
            offer_gateways(self.fields["gateway"])


class AnswerForm(QuestionsForm):
    """The answer to what was asked back; the tier's questions may be answered anew as well."""

    text = CleanTextField(label=_("Your answer"), max_length=3000)

    field_order = ["text"]
