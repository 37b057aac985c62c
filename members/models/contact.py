from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from phonenumber_field.modelfields import PhoneNumberField

from members.names import normalise_name


class ContactKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    HOUSEHOLD = "household", _("Household")


class ContactQuerySet(models.QuerySet):
    def matching(self, text: str):
        """Contacts whose names hold every word of `text`, however it is spelt, or who use that e-mail address."""
        if "@" in text:
            return self.filter(emails__address__iexact=text.strip())
        found = self
        for word in normalise_name(text).split():
            found = found.filter(search_name__contains=word)
        return found

    def with_email(self, address: str):
        return self.filter(emails__address__iexact=address.strip())


class Contact(ClusterableModel):
    """A person, organisation or household that the nonprofit knows, whatever for."""

    kind = models.CharField(_("kind"), max_length=12, choices=ContactKind, default=ContactKind.INDIVIDUAL)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name=_("log-in"),
    )
    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    organisation_name = models.CharField(_("name of the organisation or household"), max_length=250, blank=True)
    search_name = models.CharField(max_length=600, editable=False, db_index=True)
    preferred_language = models.CharField(
        _("preferred language"), max_length=10, choices=settings.LANGUAGES, default="ar"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["search_name", "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(given_name="", family_name="", organisation_name=""),
                name="contact_has_a_name",
                violation_error_message=_("Please enter a name."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.search_name = normalise_name(self.name)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_name"}
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """The whole name, as written on a card or an envelope."""
        if self.organisation_name and self.kind != ContactKind.INDIVIDUAL:
            return self.organisation_name
        return " ".join(filter(None, [self.given_name, self.family_name])) or self.organisation_name

    @property
    def short_name(self) -> str:
        """What a letter calls them after "Dear"."""
        return self.given_name or self.name

    @property
    def email(self) -> str:
        """The address to write to, or an empty string."""
        addresses = sorted(self.emails.all(), key=lambda email: (not email.is_primary, email.pk))
        return addresses[0].address if addresses else ""

    @property
    def phone(self) -> str:
        """The number to call, written internationally, or an empty string."""
        numbers = sorted(self.phones.all(), key=lambda phone: (not phone.is_primary, phone.pk))
        return numbers[0].number.as_international if numbers else ""


class Email(models.Model):
    """An e-mail address of a contact. Two contacts may share one: a couple often does."""

    contact = ParentalKey(Contact, on_delete=models.CASCADE, related_name="emails")
    address = models.EmailField(_("e-mail address"), db_index=True)
    is_primary = models.BooleanField(_("first choice"), default=True)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        constraints = [
            models.UniqueConstraint(models.functions.Lower("address"), "contact", name="email_once_per_contact"),
        ]

    def __str__(self):
        return self.address


class Phone(models.Model):
    """A telephone number of a contact, stored as E.164."""

    contact = ParentalKey(Contact, on_delete=models.CASCADE, related_name="phones")
    number = PhoneNumberField(_("telephone"))
    is_primary = models.BooleanField(_("first choice"), default=True)

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")

    def __str__(self):
        return str(self.number)


class Address(models.Model):
    """Where letters reach a contact."""

    contact = ParentalKey(Contact, on_delete=models.CASCADE, related_name="addresses")
    lines = models.TextField(_("street and number"), max_length=500)
    city = models.CharField(_("town"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = CountryField(_("country"), blank=True)
    is_primary = models.BooleanField(_("first choice"), default=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self):
        return ", ".join(filter(None, [self.lines, self.postcode, self.city, str(self.country.name or "")]))
