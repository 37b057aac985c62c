"""How a contact is reached: by e-mail, by telephone, by letter."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from modelcluster.fields import ParentalKey
from phonenumber_field.modelfields import PhoneNumberField

from members.wording import listed

from .contact import Contact


class Email(models.Model):
    """An e-mail address of a contact. Two contacts may share one: a couple often does."""

    contact = ParentalKey(Contact, on_delete=models.CASCADE, related_name="emails")
    address = models.EmailField(_("e-mail address"), db_index=True)
    is_primary = models.BooleanField(_("first choice"), default=True)
    is_undeliverable = models.BooleanField(_("does not arrive"), default=False)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        constraints = [
            models.UniqueConstraint(models.functions.Lower("address"), "contact", name="email_once_per_contact"),
        ]
        # Addresses are compared without regard to case, so that is how they are looked up.
        indexes = [models.Index(models.functions.Upper("address"), name="email_by_address")]

    def __str__(self):
        return self.address


class PhoneQuerySet(models.QuerySet):
    def as_stored(self):
        """With the number as `digits`, E.164 text: to parse thousands of numbers takes longer than all else with them."""
        return self.annotate(digits=models.ExpressionWrapper(models.F("number"), models.CharField()))


class Phone(models.Model):
    """A telephone number of a contact, stored as E.164."""

    contact = ParentalKey(Contact, on_delete=models.CASCADE, related_name="phones")
    number = PhoneNumberField(_("telephone"), db_index=True)
    is_primary = models.BooleanField(_("first choice"), default=True)

    objects = PhoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")

    def __str__(self):
        return str(self.number)


class AddressKind(models.TextChoices):
    HOME = "home", _("Home")
    WORK = "work", _("Work")
    OTHER = "other", _("Other")


class AddressQuerySet(models.QuerySet):
    def in_use_in(self, month: int):
        """Addresses that letters of that month (1 to 12) may go to: deliverable, and in season if they have one."""
        through_the_year = models.Q(season_from=None)
        in_one_year = models.Q(season_from__lte=models.F("season_until"))
        within = in_one_year & models.Q(season_from__lte=month, season_until__gte=month)
        over_new_year = models.Q(season_from__gt=models.F("season_until")) & (
            models.Q(season_from__lte=month) | models.Q(season_until__gte=month)
        )
        return self.filter(through_the_year | within | over_new_year, is_undeliverable=False)


class Address(models.Model):
    """Where letters reach a contact, perhaps only in some months of the year."""

    contact = ParentalKey(Contact, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=6, choices=AddressKind, default=AddressKind.HOME)
    lines = models.TextField(_("street and number"), max_length=500)
    city = models.CharField(_("town"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = CountryField(_("country"), blank=True)
    is_primary = models.BooleanField(_("first choice"), default=True)
    is_undeliverable = models.BooleanField(_("letters come back"), default=False)
    season_from = models.PositiveSmallIntegerField(
        _("from month"),
        choices=list(MONTHS.items()),
        null=True,
        blank=True,
        help_text=_("Only for a seasonal address."),
    )
    season_until = models.PositiveSmallIntegerField(
        _("until month"), choices=list(MONTHS.items()), null=True, blank=True
    )

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(season_from=None, season_until=None)
                | models.Q(season_from__range=(1, 12), season_until__range=(1, 12)),
                name="address_season_has_both_ends",
                violation_error_message=_("A seasonal address needs both its first and its last month."),
            ),
        ]
        indexes = [models.Index(models.functions.Upper("lines"), name="address_by_lines")]

    def __str__(self):
        return listed([*self.lines.splitlines(), self.postcode, self.city, self.country.name or ""])

    def clean(self):
        super().clean()
        if (self.season_from is None) != (self.season_until is None):
            raise ValidationError(_("A seasonal address needs both its first and its last month."))
