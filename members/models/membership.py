from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from members.fields import MoneyField

from .contact import Contact
from .tier import FOR_LIFE, Branch, Tier


class MembershipStatus(models.TextChoices):
    """The first four follow from the terms, the last three from what somebody decided or entered."""

    UPCOMING = "upcoming", _("Not started yet")
    CURRENT = "current", _("Current")
    GRACE = "grace", _("In grace")
    LAPSED = "lapsed", _("Lapsed")
    SUSPENDED = "suspended", _("Suspended")
    CANCELLED = "cancelled", _("Cancelled")
    DECEASED = "deceased", _("Deceased")


class MembershipQuerySet(models.QuerySet):
    def current_on(self, day: date):
        """Those in a paid term that nobody's decision, and no death, has stopped; each of them once."""
        return self.filter(models.Exists(Term.objects.current_on(day).filter(membership=models.OuterRef("pk"))))


class Membership(models.Model):
    """Who belongs, and since when. What was paid for stands in its terms, what was decided in its decisions."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="memberships")
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("branch")
    )
    number = models.CharField(_("member number"), max_length=20, unique=True)
    joined_on = models.DateField(_("member since"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self):
        return self.number

    @property
    def last_term(self) -> "Term | None":
        """The term that ends last, paid for already even if it has not started."""
        return max((term for term in self.terms.all() if not term.is_void), key=lambda term: term.ends_on, default=None)

    @property
    def paid_until(self) -> date | None:
        """The last day of the last term; `FOR_LIFE` for a membership that needs no renewal."""
        last = self.last_term
        return last.ends_on if last else None

    def status_on(self, day: date) -> MembershipStatus:
        """Where the membership stands on `day`, whatever way it came there."""
        return standing_on(day, self.terms.all(), self.decisions.all(), died_on=self.contact.died_on)


class TermQuerySet(models.QuerySet):
    def in_force_on(self, day: date):
        """Those that were paid for `day`, whatever was decided about it."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def current_on(self, day: date):
        """Those in force on `day` whose membership is neither suspended nor cancelled, and whose member is alive."""
        stopped = MembershipDecision.objects.in_force_on(day).filter(membership=models.OuterRef("membership"))
        died_on = "membership__contact__died_on"
        alive = models.Q(**{died_on: None}) | models.Q(**{f"{died_on}__gte": day})
        return self.in_force_on(day).filter(alive, ~models.Exists(stopped))


class CutReason(models.TextChoices):
    """Why a term ended before the day until which it was paid."""

    CHANGED = "changed", _("Moved to another tier")
    CANCELLED = "cancelled", _("Membership cancelled")
    REFUNDED = "refunded", _("Fee refunded")
    DISPUTED = "disputed", _("Payment disputed")
    CORRECTED = "corrected", _("Entered by mistake")


class Term(models.Model):
    """One paid period of a membership, first and last day both included.

    A renewal adds a row and never stretches an old one, so any past day can be counted. A term may be cut short; one
    that ends the day before it starts was undone altogether.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="terms")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="terms")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    fee = MoneyField(_("fee paid"), null=True, blank=True)
    paid_until = models.DateField(_("was paid until"), null=True, blank=True, editable=False)
    cut_reason = models.CharField(_("ended early"), max_length=10, choices=CutReason, blank=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")) | models.Q(paid_until__isnull=False),
                name="term_ends_on_or_after_start",
                violation_error_message=_("A membership term cannot end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["membership", "starts_on"],
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="one_term_starts_on_a_day",
                violation_error_message=_("Another term of this membership starts on that day."),
            ),
        ]
        indexes = [
            # The end first: most of what ever began is over, so that an end yet to come is the rarer of the two. With all
            # that counting by tier asks for, so that it reads nothing else.
            models.Index(fields=["ends_on", "starts_on", "tier", "membership"], name="term_by_end"),
            # What has not begun yet is a few among all, and nothing else leads to it.
            models.Index(fields=["starts_on"], name="term_by_start"),
        ]

    def __str__(self):
        return f"{self.membership}, {self.starts_on} to {self.ends_on}"

    def clean(self):
        super().clean()
        if not (self.membership_id and self.starts_on and self.ends_on):
            return
        others = self.membership.terms.exclude(pk=self.pk).filter(ends_on__gte=models.F("starts_on"))
        if others.filter(starts_on__lte=self.ends_on, ends_on__gte=self.starts_on).exists():
            raise ValidationError(_("Another term of this membership covers some of these days."))

    @property
    def is_void(self) -> bool:
        """Whether it was undone before its first day, and so counts for no day at all."""
        return self.ends_on < self.starts_on

    @property
    def is_for_life(self) -> bool:
        """Whether it needs no renewal."""
        return self.ends_on == FOR_LIFE

    @property
    def grace_until(self) -> date:
        """The last day that still counts after it. Whoever ended a term early has no grace after it."""
        if self.is_for_life or self.cut_reason:
            return self.ends_on
        return self.ends_on + timedelta(days=self.tier.grace_days)

    def status_on(self, day: date) -> MembershipStatus:
        """Where this one term stands on `day`."""
        if self.is_void:
            return MembershipStatus.LAPSED
        if day < self.starts_on:
            return MembershipStatus.UPCOMING
        if day <= self.ends_on:
            return MembershipStatus.CURRENT
        if day <= self.grace_until:
            return MembershipStatus.GRACE
        return MembershipStatus.LAPSED


class DecisionKind(models.TextChoices):
    SUSPENDED = "suspended", _("Suspended")
    CANCELLED = "cancelled", _("Cancelled")


class LeavingReason(models.TextChoices):
    """Why somebody leaves, as they or the office say it; counted in the figures."""

    COST = "cost", _("The fee is too high")
    TIME = "time", _("No time for it")
    MOVED = "moved", _("Moved away")
    UNUSED = "unused", _("Did not use what it brings")
    UNHAPPY = "unhappy", _("Not content with us")
    ELSEWHERE = "elsewhere", _("Belongs to another organisation now")
    CONDUCT = "conduct", _("Broke the rules of the association")
    UNPAID = "unpaid", _("Fee not paid")
    OTHER = "other", _("Another reason")


class MembershipDecisionQuerySet(models.QuerySet):
    def in_force_on(self, day: date):
        return self.filter(starts_on__lte=day).filter(models.Q(ends_on=None) | models.Q(ends_on__gte=day))


class MembershipDecision(models.Model):
    """Somebody decided that a membership rests, or ends, from a day on. Taking it back says until when it held."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=10, choices=DecisionKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)  # the last day; None: until it is taken back
    reason = models.CharField(_("reason"), max_length=10, choices=LeavingReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), auto_now_add=True)

    objects = MembershipDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("decision about a membership")
        verbose_name_plural = _("decisions about memberships")
        indexes = [
            models.Index(fields=["starts_on", "ends_on"], name="decision_by_days"),
            # Who rests is few among all who have left over the years.
            models.Index(fields=["kind", "starts_on"], name="decision_by_kind"),
        ]

    def __str__(self):
        return _now("%(kind)s from %(day)s") % {"kind": self.get_kind_display(), "day": date_format(self.starts_on)}

    @property
    def is_void(self) -> bool:
        """Whether it was taken back before its first day, and so says nothing about any."""
        return self.ends_on is not None and self.ends_on < self.starts_on

    def is_in_force_on(self, day: date) -> bool:
        """Whether it says anything about `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def standing_on(
    day: date, terms: Iterable[Term], decisions: Iterable[MembershipDecision], *, died_on: date | None
) -> MembershipStatus:
    """Where a membership with these `terms` and `decisions`, whose member died on `died_on`, stands on `day`.

    A death counts from the day after it, then a cancellation; a suspension, while it would be current or in grace
    otherwise. A day inside any term is current; else the nearest past or coming term tells.
    """
    if died_on and day > died_on:
        return MembershipStatus.DECEASED
    decided = {decision.kind for decision in decisions if decision.is_in_force_on(day)}
    if DecisionKind.CANCELLED in decided:
        return MembershipStatus.CANCELLED
    status = _by_terms(terms, day)
    if decided and status in {MembershipStatus.CURRENT, MembershipStatus.GRACE}:
        return MembershipStatus.SUSPENDED
    return status


def _by_terms(terms: Iterable[Term], day: date) -> MembershipStatus:
    statuses = {term.status_on(day) for term in terms}
    for status in (MembershipStatus.CURRENT, MembershipStatus.GRACE, MembershipStatus.UPCOMING):
        if status in statuses:
            return status
    return MembershipStatus.LAPSED
