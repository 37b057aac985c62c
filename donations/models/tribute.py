from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from .gift import Gift


class TributeKind(models.TextChoices):
    HONOUR = "honour", _("In honour of somebody")
    MEMORY = "memory", _("In memory of somebody")


class TributeQuerySet(models.QuerySet):
    def with_card(self):
        """Those of whom somebody is to be told by e-mail."""
        return self.exclude(card_email="")


class Tribute(models.Model):
    """For whose sake a gift was given, and whom to tell of it on which day. The amount is never told."""

    gift = models.OneToOneField(Gift, on_delete=models.CASCADE, related_name="tribute", verbose_name=_("gift"))
    kind = models.CharField(_("kind"), max_length=10, choices=TributeKind)
    honoree = models.CharField(_("name"), max_length=200)
    from_name = models.CharField(_("from"), max_length=250, blank=True)
    card_name = models.CharField(_("name of whoever gets the card"), max_length=200, blank=True)
    card_email = models.EmailField(_("e-mail address for the card"), blank=True)
    card_words = models.TextField(_("words on the card"), max_length=500, blank=True)
    card_on = models.DateField(_("send the card on"), null=True, blank=True)
    queued_at = models.DateTimeField(_("card sent at"), null=True, blank=True, editable=False)

    objects = TributeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("tribute")
        verbose_name_plural = _("tributes")
        constraints = [
            models.CheckConstraint(
                condition=Q(card_email="") | Q(card_on__isnull=False), name="tribute_card_has_its_day"
            ),
        ]
        indexes = [
            models.Index(fields=["card_on"], condition=Q(queued_at=None) & ~Q(card_email=""), name="tribute_card_due"),
            models.Index(Upper("card_email"), condition=~Q(card_email=""), name="tribute_by_card_email"),
        ]

    def __str__(self):
        return self.honoree
