from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from members.fields import I18nCharField

from .contact import ContactKind


class CustomFieldKind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    YES_NO = "yes_no", _("Yes or no")


code_validator = RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use small Latin letters, digits and underscores."))


class CustomField(ClusterableModel):
    """A question of the nonprofit's own about its contacts. The answers stand in `Contact.custom`, by `code`.

    Stored as text, number, "YYYY-MM-DD", the code of a choice, or true and false; an unanswered one is left out.
    """

    code = models.CharField(_("short name"), max_length=40, unique=True, validators=[code_validator])
    label = I18nCharField(_("label"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=CustomFieldKind, default=CustomFieldKind.TEXT)
    for_kind = models.CharField(
        _("asked of"), max_length=12, choices=ContactKind, blank=True, help_text=_("Leave empty to ask it of all.")
    )
    help_text = I18nCharField(_("hint"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("field of our own")
        verbose_name_plural = _("fields of our own")

    def __str__(self):
        return str(self.label)


class CustomFieldChoice(models.Model):
    """One of the answers to a choice."""

    field = ParentalKey(CustomField, on_delete=models.CASCADE, related_name="choices")
    code = models.CharField(_("short name"), max_length=40, validators=[code_validator])
    label = I18nCharField(_("label"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [models.UniqueConstraint(fields=["field", "code"], name="choice_code_once_per_field")]

    def __str__(self):
        return str(self.label)
