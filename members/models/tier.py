from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from members.fields import I18nCharField, I18nTextField, MoneyField

from .relationship import RelationshipType

# The last day of a term for life: later than any other, so that every question about days keeps its one form.
FOR_LIFE = date.max
MONTHS_IN_A_YEAR = 12


class Branch(models.Model):
    """A part of the nonprofit that one can belong to besides the whole, such as a town's."""

    name = I18nCharField(_("name"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("branch")
        verbose_name_plural = _("branches")

    def __str__(self):
        return str(self.name)


class TermKind(models.TextChoices):
    """How the last day of a term is found."""

    ROLLING = "rolling", _("From the day of joining")
    CALENDAR = "calendar", _("By the calendar, for everybody alike")
    LIFETIME = "lifetime", _("For life")


class OpenTo(models.TextChoices):
    """Who may choose a tier by themselves."""

    EVERYONE = "everyone", _("Everyone")
    MEMBERS = "members", _("Members, who move or renew to it")
    OFFICE = "office", _("Nobody: the office gives it")


class Approval(models.TextChoices):
    """Whether somebody looks at an application before it makes a member."""

    NONE = "none", _("Not needed: who has paid is a member")
    BEFORE_PAYING = "before", _("First we decide, then they pay")
    AFTER_PAYING = "after", _("They pay with the application; if we decline, they get it back")


class TierQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_offered=True)

    def joinable(self):
        """What the site offers to somebody who is no member."""
        return self.offered().filter(open_to=OpenTo.EVERYONE)

    def renewable_by(self, tier: "Tier | None"):
        """What is on offer to members, and also the tier one has already, should it be closed to others."""
        offered = models.Q(is_offered=True) & ~models.Q(open_to=OpenTo.OFFICE)
        return self.filter(offered | models.Q(pk=tier.pk if tier else None))


class Tier(ClusterableModel):
    """What one can be: a kind of membership with its fee and its rules."""

    name = I18nCharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name for addresses"), unique=True)
    description = I18nTextField(_("description"), blank=True)
    benefits = I18nTextField(_("what it brings"), blank=True, help_text=_("One on each line."))
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tiers",
        verbose_name=_("branch"),
        help_text=_("Whoever joins a branch belongs to it besides any other membership. Empty: the whole."),
    )
    price = MoneyField(_("fee"))
    joining_fee = MoneyField(
        _("joining fee"), null=True, blank=True, help_text=_("Paid once, by those who were never members before.")
    )
    renewal_price = MoneyField(_("fee on renewal"), null=True, blank=True, help_text=_("Empty: the fee."))
    is_pro_rata = models.BooleanField(
        _("who joins later pays for the days that are left"),
        default=False,
        help_text=_("For terms by the calendar: a part of the fee, counted by days."),
    )
    term_kind = models.CharField(_("a term runs"), max_length=10, choices=TermKind, default=TermKind.ROLLING)
    term_months = models.PositiveSmallIntegerField(_("months in a term"), default=12)
    year_starts_month = models.PositiveSmallIntegerField(
        _("the year begins in month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    year_starts_day = models.PositiveSmallIntegerField(
        _("on day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    rollover_days = models.PositiveSmallIntegerField(
        _("last days of a term that count for the next"),
        default=0,
        help_text=_(
            "Whoever joins in these last days of a term by the calendar belongs until the end of the next one."
        ),
    )
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=30)
    renewal_window_days = models.PositiveSmallIntegerField(
        _("days before the end from which one can renew"), default=90
    )
    confers_to = models.ManyToManyField(
        RelationshipType,
        blank=True,
        related_name="conferring_tiers",
        verbose_name=_("also makes members of those who"),
        help_text=_("Whoever has such a relationship to the member belongs as well, while it lasts."),
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"),
        null=True,
        blank=True,
        help_text=_("How many may belong through one membership, besides whoever has it. Empty: no limit."),
    )
    is_offered = models.BooleanField(_("offered on the site"), default=True)
    open_to = models.CharField(_("who may choose it"), max_length=10, choices=OpenTo, default=OpenTo.EVERYONE)
    moves_from = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="moves_to",
        verbose_name=_("members may move to it from"),
        help_text=_("None chosen: from every tier."),
    )
    minimum_age = models.PositiveSmallIntegerField(_("from the age of"), null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(_("up to the age of"), null=True, blank=True)
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        help_text=_("How many memberships there may be at once. Whoever has one can always renew. Empty: no limit."),
    )
    approval = models.CharField(_("approval"), max_length=10, choices=Approval, default=Approval.NONE)
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
            models.CheckConstraint(
                condition=models.Q(year_starts_month__range=(1, 12), year_starts_day__range=(1, 28)),
                name="tier_year_starts_on_a_day_of_every_year",
                violation_error_message=_("The year begins on a day from 1 to 28 of a month from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_age=None)
                | models.Q(maximum_age=None)
                | models.Q(maximum_age__gte=models.F("minimum_age")),
                name="tier_ages_in_order",
                violation_error_message=_("The highest age is below the lowest."),
            ),
        ]

    def __str__(self):
        return str(self.name)

    @property
    def depends_on_age(self) -> bool:
        """Whether only people of certain ages may have it."""
        return self.minimum_age is not None or self.maximum_age is not None

    def clean(self):
        super().clean()
        check_one_currency(self)
        if self.term_kind == TermKind.CALENDAR and self.term_months and MONTHS_IN_A_YEAR % self.term_months:
            raise ValidationError(
                {
                    "term_months": _(
                        "By the calendar, a term lasts 1, 2, 3, 4, 6 or 12 months, so that every year is alike."
                    )
                }
            )


class PlaceHold(models.Model):
    """A place on a tier with so many places: held while somebody pays or waits for an answer, and kept once they have it."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="holds")
    key = models.UUIDField(unique=True)  # of the form with which it is asked for, so that a form sent twice holds one
    held_until = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("place held on a tier")
        verbose_name_plural = _("places held on tiers")

    def __str__(self):
        return str(self.tier)


class TierQuestion(Orderable):
    """A question that is asked of whoever applies for a tier. The answer becomes a part of their record."""

    tier = ParentalKey(Tier, on_delete=models.CASCADE, related_name="questions")
    field = models.ForeignKey(
        "members.CustomField", on_delete=models.CASCADE, related_name="+", verbose_name=_("question")
    )
    is_required = models.BooleanField(_("must be answered"), default=False)

    class Meta(Orderable.Meta):
        verbose_name = _("question of a tier")
        verbose_name_plural = _("questions of tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "field"],
                name="tier_asks_once",
                violation_error_message=_("This is asked already."),
            )
        ]

    def __str__(self):
        return str(self.field)


def check_one_currency(priced: models.Model) -> None:
    """Raise ValidationError unless the joining fee and the renewal fee are in the currency of the price, and not below zero."""
    for name in ("joining_fee", "renewal_price"):
        amount = getattr(priced, name)
        if amount is None or priced.price is None:
            continue
        if amount.currency != priced.price.currency:
            raise ValidationError({name: _("Please use the currency of the fee.")})
        if amount.amount < 0:
            raise ValidationError({name: _("A fee cannot be below zero.")})
