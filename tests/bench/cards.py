"""A thousand membership cards as one PDF: seconds, and the memory that it takes. Run in a process of its own."""

import time
from datetime import timedelta

from django.utils import timezone

from members.domain.papers import make_paper, start_paper
from members.models import Contact, MemberCard, Membership, PaperKind, PaperRun, Term, Tier, User
from tests.bench.importing import peak_mb


def measure(cards: int) -> None:
    """Make so many cards, two of three in Arabic, and print how long it takes.

    Prints "CARDS <seconds> <peak MB> <MB of the file> <cards in it>".
    """
    contacts = _members(cards)
    values = {"branch": None, "conferred": True}
    run = start_paper(PaperKind.CARDS, contact_ids=contacts, values=values, by=User.objects.first())
    start = time.perf_counter()
    make_paper(run.pk)
    seconds = time.perf_counter() - start
    run = PaperRun.objects.get(pk=run.pk)
    drawn = run.recipients.filter(left_out="").count()
    print("CARDS", f"{seconds:.1f} {peak_mb():.0f} {run.file.size / 2**20:.1f} {drawn}")


def _members(count: int) -> list[int]:
    """Write so many members whose cards are valid, and return their keys."""
    today = timezone.localdate()
    starts_on, ends_on = today - timedelta(days=30), today + timedelta(days=334)
    tier = Tier.objects.exclude(term_kind="lifetime").order_by("pk")[0]
    people = []
    for number in range(count):
        contact = Contact(
            given_name=f"عبد الرحمن {number}", family_name="الخطيب", preferred_language=("ar", "fa", "en")[number % 3]
        )
        contact.fold_name()
        people.append(contact)
    contacts = Contact.objects.bulk_create(people)
    memberships = Membership.objects.bulk_create(
        Membership(contact=contact, number=f"C{contact.pk}", joined_on=starts_on) for contact in contacts
    )
    MemberCard.objects.bulk_create(MemberCard(membership=one, issued_on=starts_on) for one in memberships)
    Term.objects.bulk_create(
        Term(membership=one, tier=tier, starts_on=starts_on, ends_on=ends_on) for one in memberships
    )
    return [contact.pk for contact in contacts]
