from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from members.fields import I18nCharField, MoneyField
from members.names import western_digits

from .membership import Membership, Term
from .tag import Tag
from .tier import Tier, check_one_currency


class TierPrice(models.Model):
    """What a tier costs in another currency than its own. Nothing is converted: each price is set by the office."""

    tier = ParentalKey(Tier, on_delete=models.CASCADE, related_name="prices")
    price = MoneyField(_("fee"))
    joining_fee = MoneyField(_("joining fee"), null=True, blank=True)
    renewal_price = MoneyField(_("fee on renewal"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("price in another currency")
        verbose_name_plural = _("prices in other currencies")
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "price_currency"],
                name="tier_price_once_per_currency",
                violation_error_message=_("There is a price in this currency already."),
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="tier_other_price_not_negative",
                violation_error_message=_("A fee cannot be below zero."),
            ),
        ]

    def __str__(self):
        return str(self.price)

    def clean(self):
        super().clean()
        check_one_currency(self)
        if self.tier_id and self.price is not None and self.price.currency == self.tier.price.currency:
            raise ValidationError({"price": _("This is the tier's own currency. Its fee stands above.")})


class FeeOccasion(models.TextChoices):
    BOTH = "both", _("Joining and renewing")
    JOINING = "joining", _("Joining only")
    RENEWAL = "renewal", _("Renewing only")


class Concession(ClusterableModel):
    """A lower fee for those to whom its rule applies: of an age, with a tag, with a code. Of several, the lowest fee counts."""

    name = I18nCharField(_("name"), max_length=200)
    tiers = models.ManyToManyField(
        Tier, blank=True, related_name="concessions", verbose_name=_("tiers"), help_text=_("Empty: all of them.")
    )
    percent = models.PositiveSmallIntegerField(
        _("percent off the fee"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    occasion = models.CharField(_("for"), max_length=10, choices=FeeOccasion, default=FeeOccasion.BOTH)
    min_age = models.PositiveSmallIntegerField(_("from the age of"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("up to the age of"), null=True, blank=True)
    tag = models.ForeignKey(
        Tag, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("with the tag")
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    needs_code = models.BooleanField(_("only with a code"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("concession")
        verbose_name_plural = _("concessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent__range=(1, 100)),
                name="concession_takes_off_one_to_all",
                violation_error_message=_("A concession takes off from 1 to 100 percent."),
            )
        ]

    def __str__(self):
        return str(self.name)

    def clean(self):
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("This is before the first day.")})
        if self.min_age is not None and self.max_age is not None and self.max_age < self.min_age:
            raise ValidationError({"max_age": _("This is below the lowest age.")})


class DiscountCode(models.Model):
    """A word that opens a concession, as often as it may be used."""

    concession = ParentalKey(Concession, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=40, unique=True)
    most_uses = models.PositiveIntegerField(
        _("how often it can be used"), null=True, blank=True, help_text=_("Empty: as often as people like.")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("discount code")
        verbose_name_plural = _("discount codes")

    def __str__(self):
        return self.code

    def save(self, *args, **kwargs):
        self.code = folded_code(self.code)
        super().save(*args, **kwargs)


def folded_code(text: str) -> str:
    """A code as it is compared: no spaces, capital letters, western digits."""
    return "".join(western_digits(text).split()).upper()


class CodeUse(models.Model):
    """One use of a code: held while somebody pays, and kept once they have."""

    code = models.ForeignKey(DiscountCode, on_delete=models.PROTECT, related_name="uses")
    key = models.UUIDField(unique=True)  # of the form with which it was used, so that a form sent twice uses it once
    held_until = models.DateTimeField()
    term = models.OneToOneField(Term, on_delete=models.CASCADE, null=True, related_name="code_use")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("use of a discount code")
        verbose_name_plural = _("uses of discount codes")

    def __str__(self):
        return str(self.code)


class CreditReason(models.TextChoices):
    CHANGED = "changed", _("Left over from another tier")
    OVERPAID = "overpaid", _("Paid more than was due")
    SPENT = "spent", _("Used for a fee")
    UNDONE = "undone", _("Its payment went back, or was won back")
    CORRECTED = "corrected", _("Corrected by the office")


class CreditEntry(models.Model):
    """Money that a membership has to its credit, as rows that are only ever added: more, or less by what was used."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="credit_entries")
    amount = MoneyField(_("amount"))
    reason = models.CharField(_("reason"), max_length=10, choices=CreditReason)
    term = models.ForeignKey(Term, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("credit of a membership")
        verbose_name_plural = _("credits of memberships")

    def __str__(self):
        return f"{self.membership}, {self.amount}"
