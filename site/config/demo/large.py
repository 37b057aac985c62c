"""Made-up people in great number, to try how fast the lists stay."""

import random
import time
from datetime import date, timedelta
from typing import TextIO

from django.db import transaction
from django.utils import timezone
from djmoney.money import Money

from config.demo.nonprofit import CURRENCY
from donations.models import Allocation, Fund, Gift, Payment, PaymentStatus
from members.batching import batched
from members.domain.search import index_contacts
from members.domain.terms import end_of_term
from members.models import Contact, Email, MemberCard, Membership, Term, Tier

BATCH = 2_000
GIVEN = [
    "أحمد",
    "محمد",
    "فاطمة",
    "ليلى",
    "يوسف",
    "مريم",
    "خالد",
    "سارة",
    "عمر",
    "نور",
    "هبة",
    "زياد",
    "رضا",
    "Anna",
    "John",
]
FAMILY = [
    "حداد",
    "الخطيب",
    "النجار",
    "المصري",
    "العبادي",
    "شاهين",
    "قعوار",
    "درويش",
    "کریمی",
    "محمدی",
    "Weber",
    "Haddad",
]


def create_many_contacts(count: int, *, out: TextIO, on: date) -> None:
    """Add `count` people; of each ten, six are members and five have given. Shows its progress on `out`."""
    dice = random.Random(count)  # noqa: S311
    tiers, funds = list(Tier.objects.all()), list(Fund.objects.all())
    start = time.monotonic()
    done = 0
    for numbers in batched(range(count), BATCH):
        with transaction.atomic():
            contacts = _contacts(numbers, dice)
            _memberships(contacts, tiers, dice, on)
            _gifts(contacts, funds, dice, on)
            index_contacts([contact.pk for contact in contacts])
        done += len(numbers)
        _show(out, done, count, time.monotonic() - start)
    out.write("\n")


def _contacts(numbers: list[int], dice: random.Random) -> list[Contact]:
    rows = []
    for number in numbers:
        given, family = dice.choice(GIVEN), f"{dice.choice(FAMILY)} {number % 977}"
        contact = Contact(given_name=given, family_name=family, preferred_language="ar")
        contact.fold_name()
        rows.append(contact)
    contacts = Contact.objects.bulk_create(rows)
    Email.objects.bulk_create(Email(contact=contact, address=f"c{contact.pk}@many.example") for contact in contacts)
    return contacts


def _memberships(contacts: list[Contact], tiers: list[Tier], dice: random.Random, on: date) -> None:
    members = [contact for contact in contacts if dice.random() < 0.6]
    days = [on - timedelta(days=dice.randrange(1, 1400)) for _member in members]
    memberships = Membership.objects.bulk_create(
        Membership(contact=contact, number=f"X{contact.pk}", joined_on=day)
        for contact, day in zip(members, days, strict=True)
    )
    MemberCard.objects.bulk_create(
        MemberCard(membership=membership, issued_on=membership.joined_on) for membership in memberships
    )
    terms = []
    for membership in memberships:
        tier = dice.choice(tiers)
        starts_on = membership.joined_on
        while starts_on <= on:
            ends_on = end_of_term(starts_on, tier=tier)
            terms.append(Term(membership=membership, tier=tier, starts_on=starts_on, ends_on=ends_on))
            if dice.random() < 0.25:
                break
            starts_on = ends_on + timedelta(days=1)
    Term.objects.bulk_create(terms)


def _gifts(contacts: list[Contact], funds: list[Fund], dice: random.Random, on: date) -> None:
    donors = [contact for contact in contacts if dice.random() < 0.5]
    now = timezone.now()
    amounts = [Money(dice.choice([5, 10, 25, 60]), CURRENCY) for _donor in donors]
    payments = Payment.objects.bulk_create(
        Payment(
            gateway="cash",
            amount=amount,
            status=PaymentStatus.SETTLED,
            status_at=now,
            settled_at=now,
            payer=donor,
            payer_name=donor.name,
            language="ar",
            description="Demo",
        )
        for donor, amount in zip(donors, amounts, strict=True)
    )
    gifts = Gift.objects.bulk_create(
        Gift(
            donor=donor,
            payment=payment,
            amount=payment.amount,
            received_on=on - timedelta(days=dice.randrange(1, 900)),
        )
        for donor, payment in zip(donors, payments, strict=True)
    )
    Allocation.objects.bulk_create(Allocation(gift=gift, fund=dice.choice(funds), amount=gift.amount) for gift in gifts)


def _show(out: TextIO, done: int, count: int, seconds: float) -> None:
    filled = 30 * done // count
    out.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,} of {count:,} people, {seconds:.0f} s", ending="")
