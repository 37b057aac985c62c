import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField


def new_form_key() -> str:
    """For a message that comes from no form of the public pages."""
    return secrets.token_hex(16)


class Category(models.Model):
    """What cases are sorted by: staff conduct, waiting, premises, and so on."""

    name = I18nCharField(_("name"), max_length=200)
    is_offered = models.BooleanField(_("offered in the form"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self):
        return str(self.name)


class CaseKind(models.TextChoices):
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    PRAISE = "praise", _("Praise")


class CaseStatus(models.TextChoices):
    RECEIVED = "received", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    IN_PROGRESS = "in_progress", _("In progress")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class CaseQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status=CaseStatus.CLOSED)


class Case(models.Model):
    """Something that somebody put into the box. Only the day is kept, and who it was only if they chose to say.

    The follow-up code itself is nowhere: its keyed digest lets the person in who has it, and tells nobody what it is.
    """

    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("category")
    )
    service = models.ForeignKey(
        "surveys.Service",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("service"),
    )
    status = models.CharField(_("status"), max_length=12, choices=CaseStatus, default=CaseStatus.RECEIVED)
    contact = models.ForeignKey(
        "members.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("given by"),
        help_text=_("Empty when they chose not to give a name."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    received_on = models.DateField(_("received on"))

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [models.Index(fields=["status", "-id"], name="case_by_status")]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_named(self) -> bool:
        return self.contact_id is not None


class Author(models.TextChoices):
    COMPLAINANT = "complainant", _("The person who wrote to us")
    STAFF = "staff", _("Staff")


class CaseMessage(models.Model):
    """One turn of the conversation about a case. Dated by the day, ordered by its number."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    author = models.CharField(_("author"), max_length=12, choices=Author)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    body = models.TextField(_("text"))
    written_on = models.DateField(_("written on"))
    # Which form it came from, so that one form sent twice is one message.
    form_key = models.CharField(max_length=64, unique=True, default=new_form_key, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(author=Author.STAFF) | Q(staff=None),
                name="complainant_message_names_no_staff",
            ),
        ]

    def __str__(self):
        return f"{self.case}, {self.get_author_display()}"
