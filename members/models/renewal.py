from datetime import date, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.fields import ParentalKey

from .membership import LeavingReason, Membership, Term
from .tier import Tier

MOST_DAYS = 365


class ReminderSide(models.TextChoices):
    BEFORE = "before", _("before the end")
    AFTER = "after", _("after the end")


class RenewalReminder(models.Model):
    """When members are reminded of renewing: so many days before or after the last day of their term.

    Rows without a tier are for all tiers that have none of their own.
    """

    tier = ParentalKey(
        Tier,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reminders",
        verbose_name=_("tier"),
        help_text=_("Empty: all tiers that have no reminders of their own."),
    )
    days = models.PositiveSmallIntegerField(
        _("days"), validators=[MaxValueValidator(MOST_DAYS)], help_text=_("0 is the last day itself.")
    )
    side = models.CharField(_("when"), max_length=6, choices=ReminderSide, default=ReminderSide.BEFORE)

    class Meta:
        ordering = ["tier", "side", "days", "pk"]
        verbose_name = _("reminder of renewing")
        verbose_name_plural = _("reminders of renewing")
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "days", "side"],
                name="one_reminder_of_a_tier_on_a_day",
                violation_error_message=_("There is a reminder on that day already."),
            ),
            models.UniqueConstraint(
                fields=["days", "side"],
                condition=models.Q(tier=None),
                name="one_reminder_of_all_on_a_day",
                violation_error_message=_("There is a reminder on that day already."),
            ),
        ]

    def __str__(self):
        return self.words

    def clean(self):
        super().clean()
        if not self.days:
            self.side = ReminderSide.BEFORE

    @property
    def offset(self) -> int:
        """Days from the last day of the term to the reminder; below zero before it."""
        return self.days if self.side == ReminderSide.AFTER else -self.days

    @property
    def words(self) -> str:
        """When it is, such as "7 days before the end"."""
        return offset_words(self.offset)


def offset_words(offset: int) -> str:
    """So many days from the last day of a term, in words."""
    if offset == 0:
        return str(_("on the last day"))
    if offset < 0:
        return ngettext("%(days)s day before the end", "%(days)s days before the end", -offset) % {"days": -offset}
    return ngettext("%(days)s day after the end", "%(days)s days after the end", offset) % {"days": offset}


class NotRenewingQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(taken_back_at=None)


class NotRenewing(models.Model):
    """A member said that they will not renew after a term. They get no more reminders, and may change their mind."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="not_renewing")
    term = models.OneToOneField(Term, on_delete=models.CASCADE, related_name="not_renewing")
    reason = models.CharField(_("reason"), max_length=10, choices=LeavingReason, blank=True)
    said_at = models.DateTimeField(_("said at"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = NotRenewingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("answer not to renew")
        verbose_name_plural = _("answers not to renew")

    def __str__(self):
        return str(self.term)


def reminder_day(term: Term, offset: int) -> date:
    """The day on which `term` calls for the reminder at `offset`."""
    return term.ends_on + timedelta(days=offset)
