import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from members.fields import MoneyField
from members.models import Tier


class LineKind(models.TextChoices):
    DUES = "dues", _("Membership fee")
    JOINING = "joining", _("Joining fee")
    CHANGE = "change", _("Change of tier")
    GIFT = "gift", _("Donation")
    FEE = "fee", _("For the cost of the payment")
    ADVANCE = "advance", _("Towards a coming fee")
    PRESENT = "present", _("Membership as a present")


class BasketQuerySet(models.QuerySet):
    def owed(self):
        """Paid for, and not yet wholly granted: what a crash between the two would leave."""
        stopped = models.Q(application__state__in=["waiting", "asked", "declined", "withdrawn"])
        return self.filter(attempts__payment__status="settled", fulfilled_at=None).exclude(stopped).distinct()


class Basket(models.Model):
    """What somebody wants to pay for at once. Its random key stands in the address of its page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Made with the form, so that a form sent twice makes one basket.
    form_key = models.UUIDField(unique=True, editable=False)
    given_name = models.CharField(_("given name"), max_length=150)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    wants_news = models.BooleanField(_("wants news"), default=False)
    news_wording = models.TextField(_("wording of the question about news"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        "members.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="baskets"
    )
    # Filled by whoever had the link to renew: after which term. Its page shows nothing that tells more of the member.
    renews = models.ForeignKey("members.Term", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    gateway = models.CharField(_("way of payment"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    fulfilled_at = models.DateTimeField(_("granted at"), null=True, blank=True)

    objects = BasketQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")
        permissions = [("take_fee", "Can take a membership fee at the desk")]
        indexes = [
            # A basket that was filled and left belongs to nobody yet; erasing a person finds it by its address.
            models.Index(
                models.functions.Upper("email"), condition=models.Q(contact=None), name="basket_by_email_alone"
            ),
        ]

    def __str__(self):
        return f"{self.payer_name}, {self.created_at:%Y-%m-%d}"

    @property
    def payer_name(self) -> str:
        return " ".join(filter(None, [self.given_name, self.family_name]))

    @property
    def total(self) -> Money:
        """The sum of the lines, which all have one currency."""
        amounts = [line.amount for line in self.lines.all()]
        return sum(amounts[1:], amounts[0])


class BasketLine(models.Model):
    """One thing in a basket: the dues of a term, or a gift. Granted once, when the basket's payment has settled."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind)
    amount = MoneyField(_("amount"))
    tier = models.ForeignKey("members.Tier", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    membership = models.ForeignKey(
        "members.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What of the fee is paid with the membership's credit, and the day from which a change of tier was priced.
    credit = MoneyField(_("paid with credit"), null=True, blank=True)
    priced_on = models.DateField(_("priced on"), null=True, blank=True)
    concession = models.ForeignKey(
        "members.Concession", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    fund = models.ForeignKey("donations.Fund", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    term = models.OneToOneField(
        "members.Term", on_delete=models.PROTECT, null=True, blank=True, related_name="basket_line"
    )
    # The lines of one basket that go to funds are one gift together.
    gift = models.ForeignKey(
        "donations.Gift", on_delete=models.PROTECT, null=True, blank=True, related_name="basket_lines"
    )
    problem = models.CharField(_("why it could not be granted"), max_length=300, blank=True)
    # Paid for a term that somebody else had paid for already: it waits for the next fee of this membership.
    credited_to = models.ForeignKey(
        "members.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_credit_withdrawn = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["dues", "joining", "advance", "present"], tier__isnull=False, fund=None)
                | Q(kind="change", tier__isnull=False, membership__isnull=False, fund=None)
                | Q(kind="gift", fund__isnull=False, tier=None)
                | Q(kind="fee", fund=None, tier=None),
                name="basket_line_has_a_tier_or_a_fund",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="basket_line_amount_not_negative"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.amount}"

    @property
    def is_settled(self) -> bool:
        """Granted, or laid before a person because it could not be."""
        needs_nothing = self.kind in (LineKind.JOINING, LineKind.FEE)
        return bool(self.term_id or self.gift_id or self.problem or self.credited_to_id or needs_nothing)

    def description(self) -> str:
        """What the line is for, in the active language."""
        if self.tier:
            return self._dues_description(self.tier)
        if self.kind == LineKind.FEE:
            return str(_("For the cost of the payment"))
        wish = getattr(self.basket, "wish", None)
        if wish and wish.interval:
            return _("Regular donation: %(fund)s") % {"fund": self.fund.name}
        return _("Donation: %(fund)s") % {"fund": self.fund.name}

    def plain_description(self) -> str:
        """The same without the reason why somebody pays less, for whoever pays in their stead."""
        return self.description().removesuffix(f" ({self.concession.name})") if self.concession else self.description()

    def _dues_description(self, tier: Tier) -> str:
        sentences = {
            LineKind.DUES: _("Membership fee: %(tier)s"),
            LineKind.JOINING: _("Joining fee: %(tier)s"),
            LineKind.CHANGE: _("Change of tier: %(tier)s"),
            LineKind.ADVANCE: _("Towards a coming fee: %(tier)s"),
            LineKind.PRESENT: _("Membership as a present: %(tier)s"),
        }
        words = sentences[LineKind(self.kind)] % {"tier": tier.name}
        return f"{words} ({self.concession.name})" if self.concession else words


class PaymentAttempt(models.Model):
    """One try at paying for a basket. A declined card makes room for another; two that settle are one too many."""

    basket = models.ForeignKey(Basket, on_delete=models.PROTECT, related_name="attempts")
    payment = models.OneToOneField("donations.Payment", on_delete=models.PROTECT, related_name="attempt")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attempt to pay")
        verbose_name_plural = _("attempts to pay")

    def __str__(self):
        return str(self.payment)
