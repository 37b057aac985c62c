"""Asking to be erased. The law gives a month (article 12(3) GDPR); staff see the day among their follow-ups."""

from datetime import date

from django.db import transaction

from members.domain.terms import add_months
from members.models import Contact, Interaction, InteractionKind

MONTHS_TO_ANSWER = 1
# Stored as it stands, since it is how a request is known again; staff see it in the words of the list.
SUBJECT = "Asks to be erased / يطلب حذف بياناته / درخواست حذف داده‌ها"


@transaction.atomic
def request_erasure(contact: Contact, *, on: date) -> Interaction:
    """Note that the person behind `contact` asked on the day `on` to be erased, and return the note with its last day.

    Asked again while one is open, the same is returned. It belongs to nobody of the staff yet, so that all see it.
    """
    Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if waiting := open_request(contact):
        return waiting
    return Interaction.objects.create(
        contact=contact, kind=InteractionKind.NOTE, subject=SUBJECT, follow_up_on=add_months(on, MONTHS_TO_ANSWER)
    )


def open_request(contact: Contact) -> Interaction | None:
    """The request that staff have not yet dealt with, or None."""
    return contact.interactions.open_follow_ups().filter(subject=SUBJECT, kind=InteractionKind.NOTE).first()
