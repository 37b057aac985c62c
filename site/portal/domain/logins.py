"""Log-ins that nobody has to ask for: whoever joins or gives can log in with a code, at once."""

from allauth.account.models import EmailAddress
from django.db import transaction

from members.models import Contact, User


@transaction.atomic
def ensure_login(contact: Contact) -> User | None:
    """Return the log-in of `contact`, made without a password if there was none.

    It can be used only by who reads the mail of its address, since logging in takes a code sent there. None when the
    contact has no address, or when the address belongs to somebody else's log-in: a shared address must not open one
    person's record to another.
    """
    if contact.user or not contact.email:
        return contact.user
    user, is_new = User.objects.get_or_create(
        email=contact.email.lower(), defaults={"first_name": contact.given_name, "last_name": contact.family_name}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        # Unproven until a code sent there comes back; logging in with one proves it.
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    elif hasattr(user, "contact") or user.has_perm("wagtailadmin.access_admin"):
        return None
    contact.user = user
    contact.save(update_fields=["user"])
    return user
