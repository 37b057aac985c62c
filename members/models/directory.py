from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from members.names import normalise_name, without_article

from .contact import Contact

LONGEST_NAME = 200


class Audience(models.TextChoices):
    """Who may see something in the member directory, from the fewest to the most."""

    NOBODY = "nobody", _("Nobody")
    MEMBERS = "members", _("Members")
    EVERYONE = "everyone", _("Everyone")


def wide_enough_for(reader: Audience) -> list[str]:
    """The audiences that include `reader`: who shows something to everyone shows it to members as well.

    Raises ValueError for NOBODY, who reads nothing.
    """
    if reader == Audience.NOBODY:
        raise ValueError("Nobody reads nothing; a reader is MEMBERS or EVERYONE.")
    return Audience.values[Audience.values.index(reader) :]


def stricter(first: str, second: str) -> Audience:
    """The one of two audiences that fewer belong to."""
    return Audience(min(first, second, key=Audience.values.index))


class DirectoryField(models.TextChoices):
    """What somebody may show of themselves. For each there is a column `<value>_audience`."""

    NAME = "name", _("Name")
    PHOTO = "photo", _("Photo")
    ABOUT = "about", _("Occupation, or a few words about yourself")
    ORGANISATION = "organisation", pgettext_lazy("directory", "Organisation")
    CITY = "city", _("Town")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Telephone")
    WEBSITE = "website", _("Website")


# What is asked about each of them; kept as evidence with every answer.
QUESTIONS = {
    DirectoryField.NAME: _("Who may see your name?"),
    DirectoryField.PHOTO: _("Who may see your photo?"),
    DirectoryField.ABOUT: _("Who may see what you do?"),
    DirectoryField.ORGANISATION: _("Who may see your organisation?"),
    DirectoryField.CITY: _("Who may see your town?"),
    DirectoryField.EMAIL: _("Who may see your e-mail address?"),
    DirectoryField.PHONE: _("Who may see your telephone number?"),
    DirectoryField.WEBSITE: _("Who may see your website?"),
}
AUDIENCE_COLUMNS = {field: f"{field.value}_audience" for field in DirectoryField}
# What is written for the directory itself. Name and ways to be reached stand in the contact's own record as well.
TEXTS = ("shown_name", "about", "organisation", "city", "website")


def searchable(text: str) -> str:
    """`text` as it is searched from the beginning of any word: each word folded, with and without its article."""
    words = normalise_name(text).split()
    return "".join(f" {word}" for word in dict.fromkeys([*words, *map(without_article, words)]))


def _audience(field: DirectoryField) -> models.CharField:
    return models.CharField(QUESTIONS[field], max_length=8, choices=Audience, default=Audience.NOBODY)


class DirectoryEntry(models.Model):
    """What a member shows of themselves in the directory, and to whom. Whether it is listed is worked out on the day.

    Nothing is listed unless the name is shared, and nobody shares anything until they say so.
    """

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="directory_entry")
    shown_name = models.CharField(_("name as shown"), max_length=LONGEST_NAME, blank=True)
    about = models.CharField(_("occupation, or a few words"), max_length=300, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True, validators=[URLValidator(schemes=["https", "http"])])

    name_audience = _audience(DirectoryField.NAME)
    photo_audience = _audience(DirectoryField.PHOTO)
    about_audience = _audience(DirectoryField.ABOUT)
    organisation_audience = _audience(DirectoryField.ORGANISATION)
    city_audience = _audience(DirectoryField.CITY)
    email_audience = _audience(DirectoryField.EMAIL)
    phone_audience = _audience(DirectoryField.PHONE)
    website_audience = _audience(DirectoryField.WEBSITE)

    # A choice counts from whoever was old enough to make it: born on this day or before, as of the day they made it.
    counts_if_born_by = models.DateField(null=True, editable=False)

    search_name = models.CharField(max_length=600, editable=False)
    name_words = models.TextField(editable=False)
    about_words = models.TextField(editable=False)
    organisation_words = models.TextField(editable=False)
    city_words = models.TextField(editable=False)

    hidden_at = models.DateTimeField(_("hidden by the office"), null=True, blank=True, editable=False)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    hidden_reason = models.CharField(_("why the office hid it"), max_length=200, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ["search_name", "pk"]
        verbose_name = _("directory entry")
        verbose_name_plural = _("directory entries")
        # The directory is read in the order of the names.
        indexes = [models.Index(fields=["search_name", "id"], name="directory_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(name_audience=Audience.NOBODY) | ~models.Q(shown_name=""),
                name="directory_shows_a_name",
                violation_error_message=_("Please enter a name."),
            ),
        ]
        permissions = [("hide_directoryentry", _("May take an entry out of the member directory"))]

    def __str__(self):
        return self.shown_name or str(self.contact)

    def save(self, *args, **kwargs):
        fields = kwargs.get("update_fields")
        if fields is None or {*TEXTS} & {*fields}:
            folded = self.fold()
            kwargs["update_fields"] = None if fields is None else {*fields, *folded}
        super().save(*args, **kwargs)

    def fold(self) -> dict[str, str]:
        """Work out, and return, the forms in which the texts are sorted and searched."""
        self.search_name = normalise_name(self.shown_name)[:600]
        self.name_words = searchable(self.shown_name)
        self.about_words = searchable(self.about)
        self.organisation_words = searchable(self.organisation)
        self.city_words = searchable(self.city)
        names = ("search_name", "name_words", "about_words", "organisation_words", "city_words")
        return {name: getattr(self, name) for name in names}

    def audience_of(self, field: DirectoryField) -> Audience:
        """To whom this entry shows `field`."""
        return Audience(getattr(self, AUDIENCE_COLUMNS[field]))

    @property
    def audience(self) -> Audience:
        """Who may see that there is an entry at all: those to whom the name is shown."""
        return Audience(self.name_audience)


class DirectoryEvent(models.Model):
    """Somebody chose who may see one thing of theirs in the directory. Never changed, only followed by another."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="directory_events")
    field = models.CharField(_("what"), max_length=12, choices=DirectoryField)
    audience = models.CharField(_("shown to"), max_length=8, choices=Audience)
    wording = models.TextField(_("wording shown"), blank=True)
    source = models.CharField(_("where"), max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("directory choice")
        verbose_name_plural = _("directory choices")

    def __str__(self):
        return f"{self.get_field_display()}: {self.get_audience_display()}"


class DirectoryScope(models.TextChoices):
    """Who may open the directory, as the office decides."""

    OFF = "off", _("Off: there is no directory")
    MEMBERS = "members", _("For members only")
    PUBLIC = "public", _("Public: for members, and for everyone what they share with everyone")


@register_setting(icon="group", order=20)
class DirectorySettings(BaseSiteSetting):
    """Whether there is a member directory, and who may open it."""

    scope = models.CharField(
        _("who may open the directory"), max_length=8, choices=DirectoryScope, default=DirectoryScope.OFF
    )
    search_engines_allowed = models.BooleanField(
        _("search engines may list the public pages"),
        default=False,
        help_text=_("What a search engine has once found stays findable there for some time after a member has left."),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("member directory")

    def __str__(self):
        return self.get_scope_display()
