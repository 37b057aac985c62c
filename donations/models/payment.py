import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from members.fields import MoneyField

# Crockford's 32 letters: none that is taken for another when read out on the telephone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# Gateways without a machine behind them: staff enter what came in.
OFFLINE_GATEWAYS = ("transfer", "cash")


def new_reference() -> str:
    """Twelve random letters (60 bits): short enough for a bank transfer, too many to guess."""
    return "".join(secrets.choice(_LETTERS) for _position in range(12))


class PaymentStatus(models.TextChoices):
    OPEN = "open", _("Not paid yet")
    PENDING = "pending", _("On its way")
    FAILED = "failed", _("Failed")
    SETTLED = "settled", _("Paid")


class ReviewReason(models.TextChoices):
    """Why a person has to look at a payment: the gateway said something that no rule may settle."""

    AMOUNT = "amount", _("The gateway took another amount than was asked for.")
    PAID_TWICE = (
        "paid_twice",
        _("It was paid twice. Please refund one of the two at the gateway."),
    )
    AFTER_STOP = (
        "after_stop",
        _("It was charged after the donor had stopped the recurring gift."),
    )
    REFUND = "refund", _("More was given back than had come in.")
    DISPUTED = "disputed", _("The payer's bank disputes it. Please answer at the gateway in time.")


class PaymentQuerySet(models.QuerySet):
    def settled(self):
        return self.filter(status=PaymentStatus.SETTLED)

    def needing_review(self):
        return self.exclude(review="")


class Payment(models.Model):
    """Money that was asked for or came in, whatever for. Its amount is never edited; what goes back is a Refund."""

    reference = models.CharField(
        _("reference"),
        max_length=12,
        unique=True,
        default=new_reference,
        editable=False,
    )
    gateway = models.CharField(_("way of payment"), max_length=20)
    amount = MoneyField(_("amount"))
    status = models.CharField(_("status"), max_length=10, choices=PaymentStatus, default=PaymentStatus.OPEN)
    # When, by the gateway's clock, that became true. Events arrive in any order: of two, the later one counts.
    status_at = models.DateTimeField(_("status since"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=60, blank=True)
    review = models.CharField(
        _("to be looked at"),
        max_length=12,
        choices=ReviewReason,
        blank=True,
        default="",
    )

    payer = models.ForeignKey(
        "members.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("payer"),
    )
    payer_name = models.CharField(_("payer's name"), max_length=250)
    payer_email = models.EmailField(_("payer's e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    description = models.CharField(_("what for"), max_length=250)
    recurring_gift = models.ForeignKey(
        "donations.RecurringGift",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("recurring gift"),
    )

    # The gateway's name for what we asked of it: a checkout session, an invoice, a line of the bank statement.
    gateway_reference = models.CharField(_("gateway's reference"), max_length=255, blank=True)
    # And for the money that moved, which is what a refund is made of.
    gateway_charge = models.CharField(_("gateway's charge"), max_length=255, blank=True)
    # Whether the payer agreed that the gateway keeps the card, and which kept card was charged instead of opening a page.
    keeps_card = models.BooleanField(_("card is kept"), default=False, editable=False)
    saved_card = models.ForeignKey(
        "donations.SavedCard",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="charges",
        verbose_name=_("saved card"),
    )
    # When the gateway was first asked to charge it: from then on nobody knows, until it answers, whether it did.
    asked_at = models.DateTimeField(null=True, editable=False)
    # How often a page to pay on was opened at the gateway: an expired one is replaced, never doubled.
    checkout_attempt = models.PositiveSmallIntegerField(default=1, editable=False)
    return_url = models.URLField(max_length=500, blank=True, editable=False)

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency__isnull=False),
                name="payment_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.CheckConstraint(
                condition=Q(status="settled", settled_at__isnull=False) | (~Q(status="settled") & Q(settled_at=None)),
                name="payment_settled_has_its_moment",
                violation_error_message=_("A payment that is paid says when; another does not."),
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="payment_once_per_gateway_reference",
                violation_error_message=_("This payment has been entered already."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="payment_by_status"),
            models.Index(fields=["gateway_charge"], name="payment_by_charge"),
        ]
        permissions = [
            ("record_offline_payment", _("Can record a bank transfer or cash")),
            ("refund_payment", _("Can refund a payment")),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_settled(self) -> bool:
        return self.status == PaymentStatus.SETTLED

    @property
    def refunded(self) -> Money:
        """What has gone back or is on its way back. Reads `refunds`, so prefetch them for lists."""
        going = (refund.amount for refund in self.refunds.all() if refund.status != RefundStatus.FAILED)
        return sum(going, Money(0, self.amount.currency))

    @property
    def refundable(self) -> Money:
        """What may still be given back; zero unless the money has come in."""
        return self.amount - self.refunded if self.is_settled else Money(0, self.amount.currency)


class RefundStatus(models.TextChoices):
    REQUESTED = "requested", _("Asked for")
    PENDING = "pending", _("On its way")
    SETTLED = "settled", _("Given back")
    FAILED = "failed", _("Failed")


class Refund(models.Model):
    """Money of a payment that goes back, in whole or in part."""

    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        related_name="refunds",
        verbose_name=_("payment"),
        db_index=True,
    )
    # Sent with the request, so that asking again after a timeout gives back once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount = MoneyField(_("amount"))
    status = models.CharField(_("status"), max_length=10, choices=RefundStatus, default=RefundStatus.REQUESTED)
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    gateway_reference = models.CharField(_("gateway's reference"), max_length=255, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("given back at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency__isnull=False),
                name="refund_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.UniqueConstraint(
                fields=["payment", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="refund_once_per_gateway_reference",
            ),
        ]

    def __str__(self):
        return f"{self.payment}, {self.amount}"


class PaymentEventQuerySet(models.QuerySet):
    def waiting(self):
        """Stored and not yet applied, oldest first."""
        return self.filter(applied_at=None).order_by("pk")


class PaymentEvent(models.Model):
    """What a gateway said, word for word. Stored before anything is done about it, so that nothing can be lost."""

    gateway = models.CharField(_("gateway"), max_length=20)
    event_id = models.CharField(_("gateway's number"), max_length=255)
    kind = models.CharField(_("kind"), max_length=100)
    payload = models.TextField(_("what it said"))
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("payment"),
    )
    happened_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.TextField(_("what stood in the way"), blank=True)

    objects = PaymentEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("gateway's message")
        verbose_name_plural = _("gateway's messages")
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="event_once_per_gateway"),
        ]
        indexes = [
            models.Index(F("id"), condition=Q(applied_at=None), name="event_waiting"),
            # Few: what is about no payment of ours loses its words once it is applied.
            models.Index(F("id"), condition=Q(payment=None) & ~Q(payload=""), name="event_of_nobody"),
        ]

    def __str__(self):
        return f"{self.gateway} {self.event_id}"
