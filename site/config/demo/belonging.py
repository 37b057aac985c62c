"""A family that belongs together, and somebody whose card renews their membership by itself."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from djmoney.money import Money

from checkout.domain.automatic import ask_with_setup, honour, wording
from checkout.domain.automatic_charging import charge_due
from checkout.domain.automatic_plans import note_told, plan_charges
from checkout.models import AutomaticCharge
from config.demo.nonprofit import CURRENCY, words
from donations.domain.cards import apply_card
from donations.payments.interface import CardGiven, KeptCard
from members.domain.contacts import find_or_create_contact
from members.domain.directory import years_before
from members.domain.memberships import join
from members.domain.relationships import HEAD, MEMBER
from members.domain.seats import accept, invite
from members.models import Contact, ContactKind, Relationship, RelationshipType, Tier

FAMILY = [("عمر", "حداد", "omar.haddad@people.example"), ("جنى", "حداد", "jana.haddad@people.example")]
INVITED = "grandmother@people.example"


def create_family_tier() -> Tier:
    """A tier by which a household makes members of those who live in it."""
    tier = Tier.objects.create(
        slug="family",
        name=words("عضوية الأسرة", "Family", "عضویت خانوار"),
        description=words(
            "أسرة واحدة، وبطاقة لكل من فيها.",
            "One household, and a card for everyone in it.",
            "یک خانوار، و کارتی برای هر عضو آن.",
        ),
        price=Money(40, CURRENCY),
        seats=5,
        position=4,
    )
    tier.confers_to.add(*RelationshipType.objects.filter(code__in=[HEAD, MEMBER]))
    return tier


def create_household(head: Contact, *, tier: Tier, today: date) -> Contact:
    """The household of `head`: two belong through its membership, and one more is invited."""
    now = timezone.now()
    household = Contact.objects.create(
        kind=ContactKind.HOUSEHOLD, organisation_name="أسرة حداد", preferred_language="ar"
    )
    kinds = {kind.code: kind for kind in RelationshipType.objects.filter(code__in=[HEAD, MEMBER])}
    joined_on = today - timedelta(days=70)
    Relationship.objects.create(type=kinds[HEAD], from_contact=head, to_contact=household, starts_on=joined_on)
    membership = join(household, tier=tier, on=joined_on).membership
    seat = {"kind": kinds[MEMBER], "language": "ar", "by": head, "at": now, "on": today}
    for given_name, family_name, email in FAMILY:
        person = find_or_create_contact(given_name=given_name, family_name=family_name, email=email, language="ar")
        accept(invite(membership, email=email, **seat), person, at=now, on=today)
    invite(membership, email=INVITED, **seat)
    return household


def create_automatic_renewals(renewed: Contact, announced: Contact, *, tier: Tier, today: date) -> None:
    """`renewed` paid by card today, as announced; `announced` is told that it comes."""
    for contact, days in ((renewed, 3), (announced, 20)):
        term = join(contact, tier=tier, on=years_before(today + timedelta(days=days + 1), 1))
        request = ask_with_setup(
            term.membership, gateway="sandbox", words=wording(), language=contact.preferred_language, by=None
        )
        _give_card(request.setup.reference, today)
        honour(request)
    told_on = today - timedelta(days=17)
    plan_charges(on=told_on, at=_moment(told_on))
    for charge in AutomaticCharge.objects.all():
        note_told(charge, on=told_on)
        charge_due(on=charge.charge_on, at=_moment(charge.charge_on))
    plan_charges(on=today, at=timezone.now())


def _give_card(reference: str, today: date) -> None:
    card = KeptCard(
        customer=f"customer-{reference}",
        method=f"card-{reference}",
        brand="Visa",
        last4="4242",
        expires_on=date(today.year + 3, 12, 31),
    )
    apply_card(CardGiven(reference=reference, at=timezone.now(), card=card), gateway="sandbox")


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))
