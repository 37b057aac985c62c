"""How long it takes to erase one person with things in every wing. Runs inside the bench's site, on what it has loaded."""

import time

from django.db import connection, transaction
from django.utils import timezone

from members.domain.erasing import erase, preview_erasure
from members.domain.personal_data import personal_data
from members.models import Contact, Interaction
from tests.factories.donations import GiftFactory, ReceiptFactory
from tests.factories.members import MembershipFactory
from tests.factories.privacy import person_in_all_wings
from tests.factories.volunteers import HoursEntryFactory

MOST_THINGS = 1_000
FIRST_NUMBER = 50_000


def measure(*, rounds: int, things: int = MOST_THINGS) -> None:
    """Erase `rounds` people with `things` interactions and a tenth as many gifts, and print the seconds of each step.

    Prints "ERASING <seconds> <seconds of the preview> <seconds of my data> <contacts there are>" once a round.
    """
    # Beyond what the demo has given out.
    for made in (MembershipFactory, ReceiptFactory):
        made.reset_sequence(FIRST_NUMBER, force=True)
    everybody = Contact.objects.count()
    for number in range(rounds):
        with transaction.atomic():
            contact = person_in_all_wings(seed=70_000 + number).contact
            _add_things(contact, things)
        preview = _seconds(lambda contact=contact: preview_erasure(contact))
        data = _seconds(lambda contact=contact: personal_data(contact, at=timezone.now()).close())
        erased = _seconds(lambda contact=contact: erase(contact, reason="Bench", by=None))
        print(f"ERASING {erased:.3f} {preview:.3f} {data:.3f} {everybody}")


def _add_things(contact: Contact, things: int) -> None:
    Interaction.objects.bulk_create(
        [Interaction(contact=contact, subject=f"Call {number}", text="A long talk. " * 20) for number in range(things)]
    )
    for _number in range(things // 10):
        GiftFactory(donor=contact)
    for _number in range(things // 100):
        HoursEntryFactory(contact=contact)


def _seconds(do) -> float:
    start = time.perf_counter()
    do()
    connection.close_if_unusable_or_obsolete()
    return time.perf_counter() - start
