import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.fields import MoneyField

from .recurring import RecurringGift


class ChangeKind(models.TextChoices):
    STARTED = "started", _("Started")
    AMOUNT = "amount", _("Amount changed")
    DAY = "day", _("Day changed")
    FUNDS = "funds", _("Purpose changed")
    PAUSED = "paused", _("Paused")
    SKIPPED = "skipped", _("One charge skipped")
    RESUMED = "resumed", _("Goes on")
    CARD = "card", _("Another card")
    STOPPED = "stopped", _("Stopped")


class ChangeState(models.TextChoices):
    """How far a change has come. What is asked for and not done yet is told to the gateway again and again."""

    ASKED = "asked", _("Asked for")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused by the payment service")
    OVERTAKEN = "overtaken", _("Overtaken by another change")


class StopCause(models.TextChoices):
    """Why a donor stops, if they want to say."""

    MONEY = "money", _("I cannot afford it at the moment")
    ELSEWHERE = "elsewhere", _("I give elsewhere, or in another way")
    UNHAPPY = "unhappy", _("I am not content with your work")
    TOO_OFTEN = "too_often", _("You write to me too often")
    SETTLED = "settled", _("What I gave for is done")
    OTHER = "other", _("Another reason")


class RecurringChange(models.Model):
    """One change of a recurring gift: a wish that is written down first, told to the gateway, and then done.

    The rows are the log of the gift. What it was worth in a year, before and after, stands in each.
    """

    recurring_gift = models.ForeignKey(
        RecurringGift, on_delete=models.PROTECT, related_name="changes", verbose_name=_("recurring gift")
    )
    # Sent with the request, so that asking again after a time-out changes once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what changed"), max_length=10, choices=ChangeKind)
    state = models.CharField(_("state"), max_length=10, choices=ChangeState, default=ChangeState.ASKED)
    # What it shall be: see `donations.domain.recurring_changes.Target`.
    target = models.JSONField(default=dict, editable=False)
    yearly_before = MoneyField(_("a year before"))
    yearly_after = MoneyField(_("a year afterwards"))
    cause = models.CharField(_("reason"), max_length=10, choices=StopCause, blank=True)
    words = models.CharField(_("in their own words"), max_length=250, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    asked_at = models.DateTimeField(_("asked for at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of a recurring gift")
        verbose_name_plural = _("changes of recurring gifts")
        constraints = [
            models.UniqueConstraint(
                fields=["recurring_gift"],
                # A card may be given while something else is under way.
                condition=Q(state="asked") & ~Q(kind="card"),
                name="one_change_of_a_gift_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.asked_at:%Y-%m-%d}"

    @property
    def reason(self) -> str:
        """Why the donor wished it: in their own words, else as they ticked; empty if they did not say."""
        return self.words or self.get_cause_display()
