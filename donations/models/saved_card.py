from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .payment import Payment, new_reference


class CardRemoval(models.TextChoices):
    """Why a card is not used any more."""

    MEMBER = "member", _("Its holder removed it")
    REPLACED = "replaced", _("Another card took its place")
    UNUSED = "unused", _("Nothing is paid with it any more")
    ERASED = "erased", _("The person was erased")


class SavedCardQuerySet(models.QuerySet):
    def standing(self):
        """Those that may still be charged."""
        return self.filter(removed_at=None)

    def to_be_forgotten(self):
        """Removed here, and not yet known to be gone at the gateway."""
        return self.exclude(removed_at=None).filter(forgotten_at=None)


class SavedCard(models.Model):
    """A card that may be charged again, kept by the gateway. Here stands by what the gateway knows it, and its last digits.

    A row is only ever written from what the gateway itself said, so that there is no card here that it never saw.
    """

    contact = models.ForeignKey(
        "members.Contact", on_delete=models.PROTECT, related_name="saved_cards", verbose_name=_("holder")
    )
    gateway = models.CharField(_("way of payment"), max_length=20)
    # The gateway's names: who pays, and with what. Both are emptied once the gateway has forgotten the card.
    gateway_customer = models.CharField(max_length=255, blank=True, editable=False)
    gateway_method = models.CharField(max_length=255, blank=True, editable=False)
    brand = models.CharField(_("kind of card"), max_length=30, blank=True)
    last4 = models.CharField(_("last four digits"), max_length=4, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)  # the last day of its month
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("came with the payment"),
    )
    saved_at = models.DateTimeField(_("saved at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removal_reason = models.CharField(_("why it was removed"), max_length=10, choices=CardRemoval, blank=True)
    forgotten_at = models.DateTimeField(_("deleted at the payment service"), null=True, blank=True)

    objects = SavedCardQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("saved card")
        verbose_name_plural = _("saved cards")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_method"], condition=~Q(gateway_method=""), name="card_once_per_gateway"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removal_reason="") | (Q(removed_at__isnull=False) & ~Q(removal_reason="")),
                name="card_removed_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(removed_at__isnull=False, forgotten_at=None), name="card_to_be_forgotten"
            ),
        ]

    def __str__(self):
        return self.words

    @property
    def words(self) -> str:
        """What its holder knows it by, such as "Visa ending 4242"."""
        return _("%(brand)s ending %(digits)s") % {"brand": self.brand.title(), "digits": self.last4}

    def is_valid_on(self, day: date) -> bool:
        """Whether it may still be charged on `day`."""
        return self.removed_at is None and (self.expires_on is None or day <= self.expires_on)


class CardSetup(models.Model):
    """Somebody wants to give a card without paying anything now. The gateway asks for it on a page of its own."""

    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    contact = models.ForeignKey("members.Contact", on_delete=models.PROTECT, related_name="card_setups")
    gateway = models.CharField(_("way of payment"), max_length=20)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    gateway_reference = models.CharField(_("gateway's reference"), max_length=255, blank=True)
    # If the card shall pay for a recurring gift: then it is kept with that, and not as one of the holder's.
    recurring_gift = models.ForeignKey(
        "donations.RecurringGift",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="card_setups",
        verbose_name=_("recurring gift"),
    )
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)
    return_url = models.URLField(max_length=500, blank=True, editable=False)
    card = models.OneToOneField(
        SavedCard, on_delete=models.PROTECT, null=True, blank=True, related_name="setup", verbose_name=_("saved card")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("request for a card")
        verbose_name_plural = _("requests for cards")

    def __str__(self):
        return self.reference
