from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from donations.models import TributeKind

from .basket import Basket


class GiftWish(models.Model):
    """How the gift in a basket is meant. What it goes to, and how much, stands in the basket's lines."""

    basket = models.OneToOneField(Basket, on_delete=models.CASCADE, primary_key=True, related_name="wish")
    appeal = models.ForeignKey("donations.Appeal", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    interval = models.CharField(_("how often"), max_length=10, blank=True)
    is_anonymous = models.BooleanField(_("not to be named in public"), default=False)
    # Given in the name of an organisation: the gift and its receipt are the organisation's.
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    message = models.TextField(_("message"), max_length=500, blank=True)
    tribute_kind = models.CharField(_("kind of tribute"), max_length=10, choices=TributeKind, blank=True)
    honoree = models.CharField(_("in whose honour or memory"), max_length=200, blank=True)
    card_name = models.CharField(_("name of whoever gets the card"), max_length=200, blank=True)
    card_email = models.EmailField(_("e-mail address for the card"), blank=True)
    card_words = models.TextField(_("words on the card"), max_length=500, blank=True)
    card_on = models.DateField(_("send the card on"), null=True, blank=True)
    recurring_gift = models.ForeignKey(
        "donations.RecurringGift", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("wish of a giver")
        verbose_name_plural = _("wishes of givers")
        indexes = [
            models.Index(Upper("card_email"), condition=~models.Q(card_email=""), name="wish_by_card_email"),
        ]

    def __str__(self):
        return str(self.basket)
