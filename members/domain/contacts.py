"""Knowing people: find who somebody is, or write them down."""

from datetime import date

from django.db import transaction

from members.exceptions import StaleContactError
from members.models import Contact, ContactKind, Email, Phone, User
from members.names import clean_line, normalise_name


@transaction.atomic
def find_or_create_contact(
    *,
    given_name: str,
    family_name: str,
    email: str,
    language: str,
    phone: str = "",
    birth_date: date | None = None,
    user: User | None = None,
) -> Contact:
    """Return the contact of `user`, or the one with this e-mail address and name, or a new one.

    An e-mail address alone is not enough, since families share one; the name counts in its normalised spelling. What is
    on record already is never overwritten from a public form: anybody can type anybody's name. For the same reason the
    log-in of `user` is tied to a record that was there only by the address with which they log in, which is proven.
    """
    if user is not None and (own := Contact.objects.filter(user=user).first()):
        return own

    given_name, family_name = clean_line(given_name), clean_line(family_name)
    name = normalise_name(f"{given_name} {family_name}")
    contact = Contact.objects.with_email(email).filter(search_name=name).order_by("pk").first() if email else None
    is_theirs = user is not None and (contact is None or email.strip().lower() == user.email.lower())
    if contact is None:
        contact = Contact.objects.create(
            kind=ContactKind.INDIVIDUAL,
            given_name=given_name,
            family_name=family_name,
            preferred_language=language,
            birth_date=birth_date,
        )
        if email:
            Email.objects.create(contact=contact, address=email.strip().lower())
        if phone:
            Phone.objects.create(contact=contact, number=phone)

    if is_theirs and contact.user_id is None:
        contact.user = user
        contact.save(update_fields=["user"])
    return contact


def take_version(contact: Contact, *, seen: int) -> None:
    """Claim the right to save `contact`, of which version `seen` was read. Raises StaleContactError when that is past.

    Call it in the transaction that saves: of two who save at once, one waits here, and then learns of the other.
    """
    if not Contact.objects.filter(pk=contact.pk, version=seen).update(version=seen + 1):
        raise StaleContactError(Contact.objects.get(pk=contact.pk))
    contact.version = seen + 1


@transaction.atomic
def claim_contact(user: User, *, verified_email: str) -> Contact | None:
    """Tie `user` to the contact who uses `verified_email`, and return it.

    Call it only once the address is proven to be the user's. None when nobody, or more than one person without a
    log-in, uses that address: a family's shared address must not open one member's record to another.
    """
    if own := Contact.objects.filter(user=user).first():
        return own
    candidates = list(Contact.objects.with_email(verified_email).filter(user=None).distinct()[:2])
    if len(candidates) != 1:
        return None
    contact = candidates[0]
    contact.user = user
    contact.save(update_fields=["user"])
    return contact
