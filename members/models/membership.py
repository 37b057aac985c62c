import secrets
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField, I18nTextField, MoneyField

from .contact import Contact
from .relationship import RelationshipType


class MembershipStatus(models.TextChoices):
    UPCOMING = "upcoming", _("Not started yet")
    CURRENT = "current", _("Current")
    GRACE = "grace", _("In grace")
    LAPSED = "lapsed", _("Lapsed")


class TierQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_offered=True)

    def renewable_by(self, tier: "Tier | None"):
        """What is on offer, and also the tier one has already, should it be closed to others."""
        return self.filter(models.Q(is_offered=True) | models.Q(pk=tier.pk if tier else None))


class Tier(models.Model):
    """What one can be: a kind of membership with its fee and its rules."""

    name = I18nCharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name for addresses"), unique=True)
    description = I18nTextField(_("what it brings"), blank=True)
    price = MoneyField(_("fee"))
    term_months = models.PositiveSmallIntegerField(_("months in a term"), default=12)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=30)
    confers_to = models.ManyToManyField(
        RelationshipType,
        blank=True,
        related_name="conferring_tiers",
        verbose_name=_("also makes members of those who"),
        help_text=_("Whoever has such a relationship to the member belongs as well, while it lasts."),
    )
    is_offered = models.BooleanField(_("offered on the site"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TierQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("membership tier")
        verbose_name_plural = _("membership tiers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(term_months__gte=1),
                name="tier_term_is_a_month_or_more",
                violation_error_message=_("A term lasts at least one month."),
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="tier_price_not_negative",
                violation_error_message=_("A fee cannot be below zero."),
            ),
        ]

    def __str__(self):
        return str(self.name)


class MembershipQuerySet(models.QuerySet):
    def current_on(self, day: date):
        return self.filter(terms__starts_on__lte=day, terms__ends_on__gte=day)


class Membership(models.Model):
    """Who belongs, and since when. What was paid for stands in its terms."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="memberships")
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
        return max(self.terms.all(), key=lambda term: term.ends_on, default=None)

    @property
    def paid_until(self) -> date | None:
        """The last day of the last term."""
        last = self.last_term
        return last.ends_on if last else None

    def status_on(self, day: date) -> MembershipStatus:
        """Where the membership stands on `day`. A day inside any term is current; else the nearest past or coming term tells."""
        statuses = {term.status_on(day) for term in self.terms.all()}
        for status in (MembershipStatus.CURRENT, MembershipStatus.GRACE, MembershipStatus.UPCOMING):
            if status in statuses:
                return status
        return MembershipStatus.LAPSED


class TermQuerySet(models.QuerySet):
    def in_force_on(self, day: date):
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Term(models.Model):
    """One paid period of a membership, first and last day both included.

    A renewal adds a row and never stretches an old one, so any past day can be counted.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="terms")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="terms")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="term_ends_on_or_after_start",
                violation_error_message=_("A membership term cannot end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["membership", "starts_on"],
                name="one_term_starts_on_a_day",
                violation_error_message=_("Another term of this membership starts on that day."),
            ),
        ]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="term_by_days")]

    def __str__(self):
        return f"{self.membership}, {self.starts_on} to {self.ends_on}"

    def status_on(self, day: date) -> MembershipStatus:
        """Where this one term stands on `day`."""
        if day < self.starts_on:
            return MembershipStatus.UPCOMING
        if day <= self.ends_on:
            return MembershipStatus.CURRENT
        if day <= self.ends_on + timedelta(days=self.tier.grace_days):
            return MembershipStatus.GRACE
        return MembershipStatus.LAPSED


def new_card_token() -> str:
    """A secret of 128 bits for the address inside a card's QR code."""
    return secrets.token_urlsafe(16)


class MemberCard(models.Model):
    """The card of a membership. Its QR code leads to a page that says only whether it is valid, and the first name."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="card")
    token = models.CharField(max_length=32, unique=True, default=new_card_token, editable=False)
    issued_on = models.DateField(_("issued on"))

    class Meta:
        verbose_name = _("membership card")
        verbose_name_plural = _("membership cards")

    def __str__(self):
        return str(self.membership)
