import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.wording import listed

from .contact import Contact
from .membership import Membership


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


class ConferredCard(models.Model):
    """The card of somebody who belongs through another's membership, such as a child of a family that is a member."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="conferred_cards")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="conferred_cards")
    token = models.CharField(max_length=32, unique=True, default=new_card_token, editable=False)
    issued_on = models.DateField(_("issued on"))

    class Meta:
        verbose_name = _("card of somebody who belongs through another")
        verbose_name_plural = _("cards of those who belong through another")
        constraints = [models.UniqueConstraint(fields=["membership", "contact"], name="one_conferred_card_each")]

    def __str__(self):
        return listed([str(self.membership), str(self.contact)])
