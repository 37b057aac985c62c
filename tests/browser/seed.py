"""Loads the demo nonprofit, and beside it what each test has for itself, so that none meets another's data."""

from datetime import timedelta

import django
from django.core.management import call_command
from django.utils import timezone

LANGUAGES = ("ar", "en")


def main() -> None:
    """Fill the database that DATABASE_URL names."""
    django.setup()
    call_command("load_demo")
    add_members_of_years_ago()
    add_automatic_renewal()
    add_present()
    for language in LANGUAGES:
        add_survey(f"fresh-{language}")
        add_survey(f"plain-{language}")
        add_last_place(language)
        add_member_who_gave_nothing(language)
        add_member_due_for_renewal(language)
        add_careful_members(language)
        add_private_people(language)
        add_neighbours(language)
        add_voter_with_a_card(language)
        add_member_half_way(language)
        add_family(language)
        add_member_at_the_desk(language)
        add_members_of_a_choir(language)
    forget_letters()
    for language in LANGUAGES:
        add_reminded_members(language)
    remind()


def add_survey(code: str) -> None:
    """The demo's survey once more, unanswered."""
    from surveys.models import Survey

    survey = Survey.objects.get(code="clinic")
    questions = list(survey.questions.all())
    survey.pk, survey.code, survey.title = None, code, code
    survey.save(force_insert=True)
    for question in questions:
        question.pk, question.survey = None, survey
        question.save(force_insert=True)


def add_last_place(language: str) -> None:
    """A shift with one place, known by a place name of its own."""
    from volunteers.models import Opportunity, Shift

    opportunity = Opportunity.objects.first()
    opportunity.pk = None
    opportunity.place = f"last-place-{language}"
    opportunity.save(force_insert=True)
    starts_at = timezone.now() + timedelta(days=20)
    Shift.objects.create(
        opportunity=opportunity, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), capacity=1
    )


def add_member_who_gave_nothing(language: str) -> None:
    """Whom the campaign of the staff's test reaches, and who then unsubscribes."""
    from members.domain.consent import record_consent
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Channel, Purpose, Tier

    for name in ("stays", "leaves"):
        contact = find_or_create_contact(
            given_name="Reader", family_name=name.title(), email=f"{name}-{language}@browser.example", language=language
        )
        join(contact, tier=Tier.objects.first(), on=timezone.localdate())
        for purpose in (Purpose.NEWS, Purpose.SURVEYS):
            record_consent(contact, channel=Channel.EMAIL, purpose=purpose, granted=True, source="seed")


def add_member_due_for_renewal(language: str) -> None:
    """Whose year ends in some days, and who can log in."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Tier
    from portal.domain.logins import ensure_login

    contact = find_or_create_contact(
        given_name="Noor", family_name="Zaid", email=f"renews-{language}@browser.example", language=language
    )
    join(contact, tier=Tier.objects.get(slug="member"), on=timezone.localdate() - timedelta(days=350))
    ensure_login(contact)


def add_members_of_years_ago() -> None:
    """Five who joined long ago, of whom one more stays each year, so that there is something to be told of who stays."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join, renew
    from members.models import Tier

    tier = Tier.objects.get(slug="member")
    joined_on = timezone.localdate().replace(day=1, month=2) - timedelta(days=4 * 365)
    for years in range(5):
        contact = find_or_create_contact(
            given_name="Long", family_name="Ago", email=f"ago{years}@browser.example", language="en"
        )
        term = join(contact, tier=tier, on=joined_on)
        for _year in range(years):
            term = renew(term.membership, tier=tier, on=term.ends_on)


def add_automatic_renewal() -> None:
    """A card that pays for the first membership, so that there is something to be stopped on the staff's desk."""
    from checkout.models import AutomaticRenewal
    from donations.models import SavedCard
    from members.models import Membership

    membership, now = Membership.objects.get(pk=1), timezone.now()
    card = SavedCard.objects.create(
        contact=membership.contact, gateway="sandbox", gateway_method="seed", brand="visa", last4="4242", saved_at=now
    )
    AutomaticRenewal.objects.create(membership=membership, card=card, wording="-", language="ar", agreed_at=now)


def add_reminded_members(language: str) -> None:
    """Whose terms end in a week, so that they are reminded today."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Tier
    from outreach.models import Delivery

    for name in ("reminded", "reminded-too", "declines"):
        contact = find_or_create_contact(
            given_name="Rima",
            family_name="Geheim",
            email=f"{name}-{language}@browser.example",
            language=language,
        )
        term = join(contact, tier=Tier.objects.get(slug="member"), on=timezone.localdate() - timedelta(days=300))
        term.ends_on = timezone.localdate() + timedelta(days=7)
        term.save()
    Delivery.objects.all().delete()


def remind() -> None:
    """Queue the reminders of those, and of nobody else."""
    from outreach.domain.reminders import queue_reminders
    from outreach.models import Delivery

    queue_reminders(on=timezone.localdate(), at=timezone.now())
    Delivery.objects.exclude(contact__family_name="Geheim").delete()


def add_careful_members(language: str) -> None:
    """Who will protect their log-ins, so that nobody else's test may use them."""
    from members.domain.contacts import find_or_create_contact
    from portal.domain.logins import ensure_login

    for what in ("passkey", "app"):
        ensure_login(
            find_or_create_contact(
                given_name="Sana", family_name="Amin", email=f"{what}-{language}@browser.example", language=language
            )
        )


def add_private_people(language: str) -> None:
    """One who asks for their data, and one who will be erased."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Tier
    from portal.domain.logins import ensure_login

    for name, email in (("Privat", "private"), ("Vergangen", "erased")):
        contact = find_or_create_contact(
            given_name="Noor", family_name=f"{name}{language}", email=f"{email}-{language}@browser.example",
            phone="+962791234567", language=language,
        )  # fmt: skip
        join(contact, tier=Tier.objects.get(slug="member"), on=timezone.localdate())
        ensure_login(contact)


def add_neighbours(language: str) -> None:
    """One who will be in the member directory, and one who looks for them there."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Tier
    from portal.domain.logins import ensure_login

    for given_name, family_name in (("Dalia", f"Gefunden{language}"), ("Samir", f"Sucht{language}")):
        contact = find_or_create_contact(
            given_name=given_name, family_name=family_name, email=f"{given_name.lower()}-{language}@browser.example",
            phone="+962797654321", language=language,
        )  # fmt: skip
        join(contact, tier=Tier.objects.get(slug="member"), on=timezone.localdate())
        ensure_login(contact)


def add_voter_with_a_card(language: str) -> None:
    """A member of years, who comes to a general assembly with a card whose secret the test knows."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import MemberCard, Tier

    contact = find_or_create_contact(
        given_name="Salwa",
        family_name=f"Anwesend{language}",
        email=f"voter-{language}@browser.example",
        language=language,
    )
    term = join(contact, tier=Tier.objects.get(slug="member"), on=timezone.localdate() - timedelta(days=30))
    MemberCard.objects.filter(membership=term.membership).update(token=f"at-the-door-{language}")


def add_present() -> None:
    """One that was paid and waits, so that there is something on the staff's desk."""
    from members.models import Tier
    from tests.factories.presents import PresentFactory

    tier, today = Tier.objects.get(slug="member"), timezone.localdate()
    PresentFactory(tier=tier, last_on=today + timedelta(days=300))


def add_member_half_way(language: str) -> None:
    """Half a year on the cheapest tier, paid for, and able to log in."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Tier
    from portal.domain.logins import ensure_login

    contact = find_or_create_contact(
        given_name="Huda", family_name="Aufstieg", email=f"upgrades-{language}@browser.example", language=language
    )
    tier = Tier.objects.get(slug="friend")
    join(contact, tier=tier, on=timezone.localdate() - timedelta(days=182), fee=tier.price)
    ensure_login(contact)


def add_family(language: str) -> None:
    """A household that is a member, with seats for its head and two more; the head can log in."""
    from djmoney.money import Money

    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Contact, OpenTo, Relationship, RelationshipType, Tier
    from portal.domain.logins import ensure_login

    name = {"ar": "العائلة", "en": "Family"}
    tier = Tier.objects.create(
        slug=f"family-{language}", name=name, price=Money(45, "JOD"), seats=3, open_to=OpenTo.OFFICE
    )
    kinds = {code: RelationshipType.objects.get(code=code) for code in ("household-head", "household-member")}
    tier.confers_to.add(*kinds.values())
    head = find_or_create_contact(
        given_name="Hana",
        family_name=f"Haushalt{language}",
        email=f"head-{language}@browser.example",
        language=language,
    )
    ensure_login(head)
    household = Contact.objects.create(
        kind="household", organisation_name=f"Haushalt {language}", preferred_language=language
    )
    Relationship.objects.create(type=kinds["household-head"], from_contact=head, to_contact=household)
    join(household, tier=tier, on=timezone.localdate() - timedelta(days=20), fee=tier.price)


def add_member_at_the_desk(language: str) -> None:
    """Whose year ends in some days, and who brings the fee in cash."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Tier

    contact = find_or_create_contact(
        given_name="Bassam", family_name=f"Theke{language}", email=f"desk-{language}@browser.example", language=language
    )
    join(contact, tier=Tier.objects.get(slug="member"), on=timezone.localdate() - timedelta(days=355))


def add_members_of_a_choir(language: str) -> None:
    """The year of two of them ends in some days; the third joined of late."""
    from members.domain.contacts import find_or_create_contact
    from members.domain.memberships import join
    from members.models import Tier

    for name, days in (("Alma", 355), ("Dunya", 355), ("Spaeth", 10)):
        contact = find_or_create_contact(
            given_name=name,
            family_name=f"Chor{language}",
            email=f"{name.lower()}-{language}@choir.example",
            language=language,
        )
        join(contact, tier=Tier.objects.get(slug="member"), on=timezone.localdate() - timedelta(days=days))


def forget_letters() -> None:
    """Nobody waits for what the data above would have had sent."""
    from outreach.models import Delivery

    Delivery.objects.all().delete()


if __name__ == "__main__":
    main()
