from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from members.fields import private_storage
from members.names import match_key, normalise_name

from .tag import Tag


class ContactKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    HOUSEHOLD = "household", _("Household")


class Calendar(models.TextChoices):
    """In which calendar somebody reads dates. They are stored as Gregorian days, whatever stands here."""

    GREGORIAN = "gregorian", _("Gregorian")
    HIJRI = "hijri", _("Hijri (Umm al-Qura)")
    JALALI = "jalali", _("Jalali (Solar Hijri)")


# Fields that the whole name is put together from.
NAME_PARTS = {"kind", "given_name", "family_name", "organisation_name"}


class ContactQuerySet(models.QuerySet):
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
    salutation = models.CharField(
        _("salutation"), max_length=150, blank=True, help_text=_("How letters begin, if not with the given name.")
    )
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    photo = models.FileField(_("photo"), upload_to="photos/", storage=private_storage, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="looked_after",
        verbose_name=_("looked after by"),
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="contacts", verbose_name=_("tags"))
    custom = models.JSONField(default=dict, blank=True, editable=False)
    search_name = models.CharField(max_length=600, editable=False, db_index=True)
    match_key = models.CharField(max_length=200, editable=False, db_index=True)
    preferred_language = models.CharField(
        _("preferred language"), max_length=10, choices=settings.LANGUAGES, default="ar"
    )
    calendar = models.CharField(_("calendar"), max_length=10, choices=Calendar, default=Calendar.GREGORIAN)
    # Counts the saves, so that whoever edits an older state than the one on record is told.
    version = models.PositiveIntegerField(default=1, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["search_name", "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(given_name="", family_name="", organisation_name="")
                | models.Q(erased_at__isnull=False),
                name="contact_has_a_name",
                violation_error_message=_("Please enter a name."),
            ),
        ]
        # The list is read in the order of the names, whatever it is filtered by.
        indexes = [
            models.Index(fields=["search_name", "id"], name="contact_in_order"),
            models.Index(fields=["kind", "search_name", "id"], name="contact_of_kind_in_order"),
            models.Index(fields=["preferred_language", "search_name", "id"], name="contact_of_tongue_in_order"),
            models.Index(fields=["owner", "search_name", "id"], name="contact_of_owner_in_order"),
            models.Index(fields=["birth_date", "match_key"], name="contact_by_birth"),
            models.Index(fields=["died_on"], name="contact_by_death", condition=models.Q(died_on__isnull=False)),
        ]
        permissions = [
            ("merge_contact", _("May merge two contacts into one")),
            ("import_contact", _("May import contacts from a file")),
            ("export_contact", _("May export contacts")),
            ("erase_contact", _("May erase a person for good")),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        fields = kwargs.get("update_fields")
        if fields is None:
            self.version += 1 if self.pk else 0
        if fields is None or NAME_PARTS & {*fields}:
            self.fold_name()
            kwargs["update_fields"] = None if fields is None else {*fields, "search_name", "match_key"}
        super().save(*args, **kwargs)

    def fold_name(self) -> None:
        """Work out the forms of the name that are sorted and compared. Whoever writes rows in bulk calls it first."""
        self.search_name = normalise_name(self.name)
        self.match_key = match_key(self.name)

    @property
    def name(self) -> str:
        """The whole name, as written on a card or an envelope."""
        if self.erased_at:
            return gettext("Erased person")
        if self.organisation_name and self.kind != ContactKind.INDIVIDUAL:
            return self.organisation_name
        return " ".join(filter(None, [self.given_name, self.family_name])) or self.organisation_name

    @property
    def short_name(self) -> str:
        """What a letter calls them after "Dear"."""
        return self.salutation or self.given_name or self.name

    @property
    def email(self) -> str:
        """The address to write to, or an empty string."""
        addresses = sorted(
            self.emails.all(), key=lambda email: (email.is_undeliverable, not email.is_primary, email.pk or 0)
        )
        return addresses[0].address if addresses else ""

    @property
    def phone(self) -> str:
        """The number to call, written internationally, or an empty string."""
        numbers = sorted(self.phones.all(), key=lambda phone: (not phone.is_primary, phone.pk or 0))
        return numbers[0].number.as_international if numbers else ""
