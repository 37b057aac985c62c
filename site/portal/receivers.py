from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in
from django.dispatch import receiver

from checkout.signals import basket_fulfilled
from members.domain.contacts import claim_contact
from portal.domain.logins import ensure_login


@receiver(basket_fulfilled)
def make_a_log_in(basket, **kwargs):
    """Whoever paid can see it in "my area" without having to register."""
    ensure_login(basket.contact)


@receiver(user_logged_in)
def find_who_it_is(user, **kwargs):
    """Somebody with a proven address logs in: tie them to what we know about them."""
    if hasattr(user, "contact") or user.has_perm("wagtailadmin.access_admin"):
        return
    if address := EmailAddress.objects.filter(user=user, verified=True).order_by("-primary").first():
        claim_contact(user, verified_email=address.email)
