"""Form fields for what people type about themselves, wherever they type it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money
from phonenumber_field.formfields import PhoneNumberField

from members.dates import AmbiguousDateError, parse_birth_date, parse_date
from members.models import CustomField, CustomFieldKind
from members.money import HIGHEST_AMOUNT, currency_decimals, format_money, parse_amount
from members.names import clean_line, western_digits


class PersonNameField(forms.CharField):
    """A name on one line: any script and emoji, but no characters that turn or hide the text around it."""

    def __init__(self, *, max_length: int = 150, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        return clean_line(super().to_python(value) or "")


class CleanTextField(forms.CharField):
    """A longer text, with a limit that its error states."""

    widget = forms.Textarea(attrs={"rows": 6})

    def __init__(self, *, max_length: int = 5000, **kwargs):
        super().__init__(max_length=max_length, **kwargs)
        # A browser counts a line end as one character and sends two; its own limit would refuse what ours accepts.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value):
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\x00", "")


class TelephoneField(PhoneNumberField):
    """A telephone number in any common spelling, also in Arabic-Indic digits."""

    default_error_messages = {"invalid": _("Please enter a telephone number, such as +962 6 500 0000.")}

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 40, "required": False, **kwargs})

    def to_python(self, value):
        return super().to_python(western_digits(value) if isinstance(value, str) else value)


class BirthDateField(forms.CharField):
    """A day of birth in any of the three calendars and in any digits; the cleaned value is a date, or None."""

    default_error_messages = {
        "not_a_date": _("Please write the date as 1990-05-23, or as 15/3/1412 in the Hijri calendar."),
        "not_born": _("Nobody was born on %(day)s."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
        super().__init__(**{"max_length": 30, **kwargs})

    def to_python(self, value):
        if isinstance(value, date):
            return value
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        try:
            day = parse_date(text)
        except ValueError:
            raise ValidationError(self.error_messages["not_a_date"], code="not_a_date") from None
        try:
            return parse_birth_date(text, today=timezone.localdate())
        except AmbiguousDateError:
            raise ValidationError(
                _("“%(text)s” may be a Hijri or a Jalali date. Please write it as a Gregorian one."),
                params={"text": text},
            ) from None
        except ValueError:
            raise ValidationError(self.error_messages["not_born"], code="not_born", params={"day": day}) from None

    def run_validators(self, value):
        """The limits of text do not apply to the date it became."""


class AmountField(forms.CharField):
    """An amount of money in one currency, given as text in any digits; the cleaned value is Money.

    `currency` and `minimum` may be set after the form is made, since the nonprofit's profile decides.
    """

    default_error_messages = {
        "required": _("Please enter an amount."),
        "not_a_number": _("Please write the amount as a number, such as 25 or 12.50."),
        "too_small": _("Please enter at least %(least)s."),
        "too_large": _("Please enter at most %(most)s. For a larger gift, please talk to us."),
        "too_precise": _("An amount in %(currency)s has at most %(decimals)s decimals."),
        "no_decimals": _("An amount in %(currency)s has no decimals."),
    }

    def __init__(self, *, currency: str = "", minimum: Decimal = Decimal(1), **kwargs):
        self.currency, self.minimum = currency, minimum
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"})
        )
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except ValueError:
            raise ValidationError(self.error_messages["not_a_number"], code="not_a_number") from None
        return self._checked(amount)

    def _checked(self, amount: Decimal) -> Money:
        decimals = currency_decimals(self.currency)
        if amount < self.minimum or amount <= 0:
            self._refuse("too_small", least=format_money(Money(self.minimum, self.currency)))
        if amount > HIGHEST_AMOUNT:
            self._refuse("too_large", most=format_money(Money(int(HIGHEST_AMOUNT), self.currency)))
        if amount != round(amount, decimals):
            code = "too_precise" if decimals else "no_decimals"
            self._refuse(code, currency=self.currency, decimals=decimals)
        return Money(amount, self.currency)

    def _refuse(self, code: str, **facts):
        raise ValidationError(self.error_messages[code], code=code, params=facts)

    def run_validators(self, value):
        """The limits of text do not apply to the Money it became."""


def custom_form_field(field: CustomField, value: Any, *, is_required: bool = False) -> forms.Field:
    """A form field for an answer to one of the nonprofit's own questions, `value` being the one that is known.

    What is typed is read by `clean_value`, so that staff's form, an import and the site agree.
    """
    facts: dict[str, Any] = {"label": str(field.label), "help_text": str(field.help_text), "required": is_required}
    if field.kind == CustomFieldKind.CHOICE:
        choices = [("", "–"), *((choice.code, str(choice.label)) for choice in field.choices.all())]
        return forms.ChoiceField(choices=choices, initial=value, **facts)
    if field.kind == CustomFieldKind.YES_NO:
        initial = "" if value is None else "yes" if value else "no"
        return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))], initial=initial, **facts)
    if field.kind == CustomFieldKind.DATE:
        facts["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.CharField(initial=value, **facts)
