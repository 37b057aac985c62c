"""The figures of the membership: sums kept beside the tables they are worked out from, and never the truth themselves."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .tier import Branch, Tier

# Memberships of neighbouring numbers whose figures are worked out together: few enough to be counted again within a
# second whenever one of them changes, and enough for a million to make two hundred blocks.
BLOCK_SIZE = 5_000


class FigureKind(models.TextChoices):
    """What is counted, each in a month. docs/staff/figures.md says the same to its readers.

    Whoever comes is counted in the month in which the term starts, under the tier of that term: JOINED with the first
    term of a membership, RENEWED with one that starts the day after another ends or within its grace, REJOINED with one
    that starts later or after a cancellation, MOVED_TO with one that follows a term cut short for a change of tier, which
    counts as MOVED_FROM under its own tier.

    Whoever goes is counted in the month of the last day that was paid for, under the tier of that term: CANCELLED by a
    decision, LAPSED once the grace is over, without a next term. DIED counts in the month of the death, if they belonged
    or were in grace then.

    Of terms that ended, KEPT were renewed; of terms that have not ended or are in grace, SECURED are renewed already and
    DUE are not. CHANGE is how many more are members at the end of a month than at the end of the one before.
    """

    JOINED = "joined", pgettext_lazy("figure", "Joined")
    REJOINED = "rejoined", pgettext_lazy("figure", "Rejoined")
    RENEWED = "renewed", pgettext_lazy("figure", "Renewed")
    MOVED_TO = "moved_to", pgettext_lazy("figure", "Moved in")
    MOVED_FROM = "moved_from", pgettext_lazy("figure", "Moved out")
    LAPSED = "lapsed", pgettext_lazy("figure", "Lapsed")
    CANCELLED = "cancelled", pgettext_lazy("figure", "Cancelled")
    DIED = "died", pgettext_lazy("figure", "Died")
    KEPT = "kept", pgettext_lazy("figure", "Ended and renewed")
    DUE = "due", pgettext_lazy("figure", "Not renewed yet")
    SECURED = "secured", pgettext_lazy("figure", "Renewed already")
    CHANGE = "change", pgettext_lazy("figure", "More members than the month before")


class FigureBlockQuerySet(models.QuerySet):
    def stale_on(self, day: date):
        """Those that something has changed in, or that were last worked out on another day."""
        return self.filter(models.Q(as_of=None) | ~models.Q(as_of=day))


class FigureBlock(models.Model):
    """BLOCK_SIZE memberships of neighbouring numbers, and as of which day their figures are; None: they changed since."""

    number = models.BigIntegerField(primary_key=True)
    as_of = models.DateField(null=True)

    objects = FigureBlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block of figures")
        verbose_name_plural = _("blocks of figures")

    def __str__(self):
        return str(self.number)


class FigureMark(models.Model):
    """Something changed from which figures follow. Written by the database itself (`members.domain.figures.marking`)."""

    class What(models.TextChoices):
        MEMBERSHIP = "membership"
        CONTACT = "contact"
        EVERYTHING = "everything"

    what = models.CharField(max_length=10, choices=What)
    row_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("mark of changed figures")
        verbose_name_plural = _("marks of changed figures")

    def __str__(self):
        return f"{self.what} {self.row_id}"


class BlockRow(models.Model):
    """A sum over the memberships of one block."""

    block = models.ForeignKey(FigureBlock, on_delete=models.CASCADE, related_name="+")
    month = models.DateField(_("month"))  # its first day
    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="+", verbose_name=_("tier"))
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("branch"))

    class Meta:
        abstract = True


class Figure(BlockRow):
    """How many there were of a kind."""

    kind = models.CharField(_("what"), max_length=10, choices=FigureKind)
    # A LeavingReason, a CutReason, or empty where nobody said why.
    reason = models.CharField(_("reason"), max_length=10, blank=True)
    count = models.IntegerField(_("number"))

    class Meta:
        verbose_name = _("figure of the membership")
        verbose_name_plural = _("figures of the membership")

    def __str__(self):
        return f"{self.month:%Y-%m} {self.kind} {self.count}"


class FeeFigure(BlockRow):
    """What was paid for the terms that started in a month, in one currency, and for how many."""

    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    count = models.IntegerField(_("number"))

    class Meta:
        verbose_name = _("figure of fees")
        verbose_name_plural = _("figures of fees")

    def __str__(self):
        return f"{self.month:%Y-%m} {self.amount} {self.currency}"


class CohortFigure(BlockRow):
    """Of those who joined in the quarter that begins with `month`, on `tier`: how many more were members so many `years`
    later, to the day, than one year before that. The sum up to a year is how many were members then.
    """

    years = models.PositiveSmallIntegerField(_("years later"))
    count = models.IntegerField(_("number"))

    class Meta:
        verbose_name = _("figure of a cohort")
        verbose_name_plural = _("figures of cohorts")

    def __str__(self):
        return f"{self.month:%Y-%m} +{self.years} {self.count}"
