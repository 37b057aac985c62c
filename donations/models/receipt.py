import secrets
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from members.fields import private_storage

from .payment import Payment


def new_receipt_code() -> str:
    """128 random bits: whoever knows it has seen the paper."""
    return secrets.token_urlsafe(16)


class ReceiptQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(voided_on=None)


class Receipt(models.Model):
    """The paper that says what was paid. Never changed: a wrong one is voided, and a new one takes its place.

    `content` is what was printed, copied on the day, so that a later change of the nonprofit's name or of a fund
    leaves old receipts as they were.
    """

    series = models.CharField(_("series"), max_length=10, default="R")
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        related_name="receipts",
        verbose_name=_("payment"),
    )
    # Null on papers that were printed before there was a code on them: any number of them, and each code once.
    code = models.CharField(  # noqa: DJ001
        max_length=32, unique=True, null=True, default=new_receipt_code, editable=False
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    recipient_name = models.CharField(_("issued to"), max_length=250)
    issued_on = models.DateField(_("issued on"))
    content = models.JSONField(_("what it says"))
    pdf = models.FileField(
        _("PDF"),
        storage=private_storage,
        upload_to="receipts/",
        blank=True,
        editable=False,
    )
    sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64, blank=True, editable=False)
    voided_on = models.DateField(_("voided on"), null=True, blank=True)
    # Voided only because all of its money had gone back: should it come back, a new one takes its place.
    was_given_back = models.BooleanField(default=False, editable=False)
    void_reason = models.CharField(_("why it was voided"), max_length=250, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("in place of"),
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="receipt_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="receipt_numbers_start_at_one"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(voided_on=None),
                name="one_valid_receipt_per_payment",
                violation_error_message=_("This payment has a valid receipt already."),
            ),
        ]
        permissions = [("void_receipt", _("Can void and reissue a receipt"))]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The number as printed, such as R-2026-00042."""
        return f"{self.series}-{self.year}-{self.number:05d}"

    @property
    def amount(self) -> Money:
        """What it says was received: of a payment that went back in part, what is left."""
        if "total" not in self.content:
            return self.payment.amount
        return Money(Decimal(self.content["total"]), self.content["currency"])

    @property
    def is_valid(self) -> bool:
        return self.voided_on is None
