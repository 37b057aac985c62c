from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from djmoney.models.fields import CurrencyField
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from members.bank import compact, is_iban, looks_like_iban
from members.colour import LEAST_CONTRAST, PAPER, contrast, is_colour, nearest_readable
from members.fields import I18nCharField, I18nTextField

HIGHEST_AGE_OF_CONSENT = 21


def default_currency() -> str:
    """The installation's own, until the profile says another. A function, so that no migration freezes it."""
    return settings.DEFAULT_CURRENCY


@register_setting(icon="home", order=10)
class NonprofitProfile(BaseSiteSetting):
    """Who the nonprofit is: what stands in the footer, on receipts, cards and messages."""

    name = I18nCharField(_("name"), max_length=200, blank=True)
    purpose = I18nCharField(_("who we are, in one line"), max_length=300, blank=True)
    legal_name = I18nCharField(_("registered name"), max_length=200, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=60, blank=True)
    postal_address = I18nTextField(_("postal address"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    opening_hours = I18nCharField(_("opening hours"), max_length=200, blank=True)
    bank_account_holder = models.CharField(_("holder of the account"), max_length=70, blank=True)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = models.CharField(
        _("IBAN or account number"),
        max_length=42,
        blank=True,
        help_text=_("For those who pay by bank transfer. Empty: nobody is offered one."),
    )
    bank_code = models.CharField(_("BIC"), max_length=11, blank=True)
    currency = CurrencyField(_("currency"), default=default_currency)
    suggested_amounts = models.CharField(
        _("suggested amounts of donations"),
        max_length=100,
        blank=True,
        help_text=_("In your currency, such as “5 10 25 50”. Empty: what is usual in it."),
        validators=[RegexValidator(r"^[0-9. ]*$", _("Write plain numbers with a space between them."))],
    )
    payment_fee_percent = models.DecimalField(
        _("what a payment by card costs you, in percent"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(20)],
        help_text=_("With this, givers may add the cost of the payment. Empty: nobody is asked."),
    )
    payment_fee_fixed = models.DecimalField(
        _("and in your currency, for each payment"),
        max_digits=8,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    zakat_nisab = models.CharField(
        _("nisab of zakat by"),
        max_length=6,
        choices=[("gold", _("Gold, 85 grams")), ("silver", _("Silver, 595 grams"))],
        default="gold",
        help_text=_("Silver is the lower one, by which more people owe zakat. Ask whom you trust in this."),
    )
    fiscal_year_starts_in = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    age_of_consent = models.PositiveSmallIntegerField(
        _("age from which one's own consent counts"),
        default=16,
        validators=[MinValueValidator(13), MaxValueValidator(HIGHEST_AGE_OF_CONSENT)],
        help_text=_("For anyone younger a guardian says yes."),
    )
    receipt_signatory = I18nCharField(_("who signs receipts"), max_length=200, blank=True)
    signature = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signature"),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("Stands at the head of letters and certificates."),
    )
    accent_colour = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$", _("Write a colour as # and six digits, such as #0B5D5A."))],
        help_text=_("Leave empty for the built-in one. Text on it must stay readable, so pale colours are refused."),
    )

    class Meta:
        verbose_name = _("nonprofit profile")
        verbose_name_plural = _("nonprofit profiles")

    def __str__(self):
        return str(self.name)

    def clean(self):
        super().clean()
        self.bank_account = compact(self.bank_account)
        if looks_like_iban(self.bank_account) and not is_iban(self.bank_account):
            raise ValidationError({"bank_account": _("This is not an IBAN: please compare it digit by digit.")})
        accent = self.accent_colour
        if is_colour(accent) and contrast(accent, PAPER) < LEAST_CONTRAST:
            raise ValidationError(
                {
                    "accent_colour": ValidationError(
                        _("%(colour)s is too pale to be read on paper. The nearest that passes is %(nearest)s."),
                        code="too_pale",
                        params={"colour": accent, "nearest": nearest_readable(accent)},
                    )
                }
            )
