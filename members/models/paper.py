"""What is printed for many people at once: cards, labels, letters, certificates."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField, I18nTextField, private_storage
from members.letter_words import check_words
from members.wording import listed

from .consent import Purpose
from .contact import Contact


class LetterKind(models.TextChoices):
    LETTER = "letter", _("Letter")
    CERTIFICATE = "certificate", _("Certificate")


class LetterTemplate(models.Model):
    """A letter or certificate in each language, with words in braces such as {name} that each person's own take the place of."""

    name = models.CharField(_("name"), max_length=120, help_text=_("For you and your colleagues."))
    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind, default=LetterKind.LETTER)
    title = I18nCharField(
        _("title"), max_length=200, help_text=_("The subject of a letter, the heading of a certificate.")
    )
    text = I18nTextField(_("text"))
    signed_by = I18nCharField(
        _("signed by"), max_length=200, blank=True, help_text=_("Empty: who signs receipts, as the profile says.")
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=Purpose,
        blank=True,
        help_text=_(
            "With a purpose, only those get it who agreed to letters about it. Empty: it is about their membership, "
            "and needs no consent."
        ),
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("letter or certificate")
        verbose_name_plural = _("letters and certificates")

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        wrong = {}
        for field in ("title", "text"):
            if problem := check_words(getattr(self, field)):
                wrong[field] = problem
        if wrong:
            raise ValidationError(wrong)


class PaperKind(models.TextChoices):
    CARDS = "cards", _("Membership cards")
    LABELS = "labels", _("Address labels")
    LETTERS = "letters", _("Letters and certificates")


class PaperState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class PaperRun(models.Model):
    """One PDF for many people: for whom, how far, and the file, which goes away after some days."""

    kind = models.CharField(_("kind"), max_length=10, choices=PaperKind)
    values = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=PaperState, default=PaperState.WAITING)
    total = models.PositiveIntegerField(_("people"), default=0)
    done = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    file = models.FileField(_("file"), upload_to="papers/", storage=private_storage, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)  # when its worker was last seen at it
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("printed paper")
        verbose_name_plural = _("printed papers")

    def __str__(self):
        moment = date_format(localtime(self.created_at), "SHORT_DATE_FORMAT") if self.created_at else ""
        return _now("%(what)s, %(day)s") % {"what": self.get_kind_display(), "day": moment}

    @property
    def is_moving(self) -> bool:
        """Whether it is still being made."""
        return self.state in {PaperState.WAITING, PaperState.RUNNING}


class LeftOut(models.TextChoices):
    """Why somebody who was chosen is not on the paper."""

    ERASED = "erased", _("Erased meanwhile")
    DECEASED = "deceased", _("Deceased")
    NO_ADDRESS = "address", _("No postal address on record, or letters come back from it")
    NO_CONSENT = "consent", _("Did not agree to letters about this")
    HOUSEHOLD = "household", _("Gets it with the others of the household")
    NO_MEMBERSHIP = "membership", _("Has no membership, and the text speaks of it")
    NOT_VALID = "invalid", _("Has no card that is valid today")
    LACKING = "lacking", _("Something that the text speaks of is not on record")


class PaperRecipient(models.Model):
    """Somebody who was chosen for a paper, and why they are not on it if they are not."""

    run = models.ForeignKey(PaperRun, on_delete=models.CASCADE, related_name="recipients")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="papers")
    left_out = models.CharField(_("left out"), max_length=10, choices=LeftOut, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("recipient of a printed paper")
        verbose_name_plural = _("recipients of printed papers")
        indexes = [models.Index(fields=["run", "left_out"], name="recipients_left_out")]

    def __str__(self):
        return listed([str(self.run), str(self.contact)])
