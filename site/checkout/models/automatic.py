from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.fields import MoneyField

from .basket import Basket


class StopReason(models.TextChoices):
    """Why nothing is charged by itself any more."""

    MEMBER = "member", _("Stopped by the member")
    STAFF = "staff", _("Stopped by the office")
    ENDED = "ended", _("The membership ended")
    FAILED = "failed", _("The card was declined too often")
    DISPUTED = "disputed", _("The bank disputed a payment")
    ERASED = "erased", _("The person was erased")


class AutomaticRenewalQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(stopped_at=None)


class AutomaticRenewal(models.Model):
    """A member agreed that each next term is paid with a card on file, until somebody stops it.

    The words that were agreed to stay with it: they are the proof.
    """

    membership = models.ForeignKey(
        "members.Membership", on_delete=models.PROTECT, related_name="automatic_renewals", verbose_name=_("membership")
    )
    card = models.ForeignKey(
        "donations.SavedCard", on_delete=models.PROTECT, related_name="automatic_renewals", verbose_name=_("card")
    )
    wording = models.TextField(_("what was agreed to"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    agreed_at = models.DateTimeField(_("agreed at"))
    # None for somebody who joined without a log-in.
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    stop_reason = models.CharField(_("why it was stopped"), max_length=10, choices=StopReason, blank=True)

    objects = AutomaticRenewalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("automatic renewal")
        verbose_name_plural = _("automatic renewals")
        permissions = [("stop_automaticrenewal", _("Can stop the automatic renewal of a membership"))]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(stopped_at=None), name="one_automatic_renewal_in_force"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stop_reason="") | (Q(stopped_at__isnull=False) & ~Q(stop_reason="")),
                name="automatic_renewal_stopped_with_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.membership}, {self.card}"


class AutomaticRequest(models.Model):
    """Somebody ticked the box, and the gateway has not yet said that it keeps the card.

    The card comes with the payment of a basket, or from a page on which nothing is paid.
    """

    basket = models.OneToOneField(
        Basket, on_delete=models.PROTECT, null=True, blank=True, related_name="automatic_request"
    )
    setup = models.OneToOneField(
        "donations.CardSetup", on_delete=models.PROTECT, null=True, blank=True, related_name="automatic_request"
    )
    # For which membership a card is given without paying; a basket's follows from the term that it paid for.
    membership = models.ForeignKey(
        "members.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    wording = models.TextField(_("what was agreed to"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField(_("agreed at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Set once it came to an agreement, to a new card for one, or to nothing.
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("request for automatic renewal")
        verbose_name_plural = _("requests for automatic renewal")
        constraints = [
            models.CheckConstraint(
                condition=Q(basket__isnull=False, setup=None)
                | Q(basket=None, setup__isnull=False, membership__isnull=False),
                name="automatic_request_has_a_source",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(closed_at=None), name="automatic_request_open")]

    def __str__(self):
        return f"{self.basket or self.setup}"


class ChargeState(models.TextChoices):
    WAITING = "waiting", _("Waits for its day")
    CHARGING = "charging", _("Being charged")
    FAILED = "failed", _("Declined")
    PAID = "paid", _("Renewed")
    DROPPED = "dropped", _("Not charged")


class DropReason(models.TextChoices):
    """Why a planned charge came to nothing."""

    STOPPED = "stopped", _("Automatic renewal was stopped")
    NOT_WANTED = "not_wanted", _("The membership is renewed already, or is not to be")
    UNTOLD = "untold", _("The member could not be told before")
    CARD = "card", _("The card would have expired")
    RULES = "rules", _("The membership cannot be renewed as it is")
    LATE = "late", _("The day for it had passed")
    DECLINED = "declined", _("The card was declined too often")


class AutomaticCharge(models.Model):
    """What is to be charged by itself after one term, and how far that has come. A term has one row, and so one charge.

    `amount` is what the member was told, at most; a fee that is higher by then is told anew first.
    """

    renewal = models.ForeignKey(AutomaticRenewal, on_delete=models.PROTECT, related_name="charges")
    term = models.OneToOneField(
        "members.Term", on_delete=models.PROTECT, related_name="automatic_charge", verbose_name=_("after the term")
    )
    state = models.CharField(_("state"), max_length=10, choices=ChargeState, default=ChargeState.WAITING)
    amount = MoneyField(_("amount"))
    charge_on = models.DateField(_("to be charged on"))
    # How often it was announced; a notice is known by this number.
    announcement = models.PositiveSmallIntegerField(default=1, editable=False)
    announced_at = models.DateTimeField(_("announced at"))
    # The day on which the notice had surely gone out; from then on the days of notice count.
    told_on = models.DateField(_("told on"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Of the attempts, those since the last announcement.
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    begun_at = models.DateTimeField(null=True, editable=False)
    # What the last attempt is paid by.
    basket = models.OneToOneField(
        Basket, on_delete=models.PROTECT, null=True, blank=True, related_name="automatic_charge"
    )
    failure = models.CharField(_("why it was declined"), max_length=60, blank=True)
    failed_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    retry_on = models.DateField(_("tried again on"), null=True, blank=True)
    drop_reason = models.CharField(_("why it was not charged"), max_length=10, choices=DropReason, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("automatic charge")
        verbose_name_plural = _("automatic charges")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="automatic_charge_amount_not_negative"),
            models.CheckConstraint(
                condition=(Q(state="dropped") & ~Q(drop_reason="")) | (~Q(state="dropped") & Q(drop_reason="")),
                name="automatic_charge_dropped_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "charge_on"],
                condition=Q(state__in=["waiting", "charging", "failed"]),
                name="automatic_charge_to_come",
            ),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="automatic_charge_failed"),
        ]

    def __str__(self):
        return f"{self.term}, {self.amount}"
