"""A person with something in every wing, known by words that nobody else has."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.log_actions import log

from checkout.models import Basket, BasketLine, GiftWish, LineKind, PaymentAttempt
from donations.domain.receipts import ReceiptLine, issue_receipt, receipt_pdf
from donations.models import PaymentEvent, RecurringChange, RecurringStatus, Tribute
from members.domain.consent import record_consent
from members.domain.directory import hide_entry
from members.domain.search import index_contacts
from members.models import (
    Address,
    Channel,
    ConferredCard,
    Contact,
    DirectoryEvent,
    DuplicatePair,
    ImportRow,
    ImportRun,
    ImportState,
    Interaction,
    Merge,
    PaperRecipient,
    PaperRun,
    PaperState,
    Phone,
    Purpose,
    Relationship,
    RelationshipType,
    Tag,
    User,
    Verdict,
)
from outreach.models import Suppression
from tests.factories.complaints import CaseFactory, CaseMessageFactory
from tests.factories.directory import DirectoryEntryFactory
from tests.factories.donations import DisputeFactory, GiftFactory, PaymentFactory, RecurringGiftFactory, RefundFactory
from tests.factories.members import ContactFactory, EmailFactory, MemberCardFactory, TermFactory, UserFactory
from tests.factories.outreach import DeliveryFactory
from tests.factories.presents import PresentFactory
from tests.factories.volunteers import HoursEntryFactory, SignUpFactory

_LATIN, _ARABIC = "bcdfghjklmnpqrstvwxz", "بتثجحخدذرزسشصضطظعغفقكلمن"
_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Known:
    """A contact and every word by which it could be found."""

    contact: Contact
    user: User
    words: list[str]


def person_in_all_wings(seed: int) -> Known:
    """Somebody who is a member, donor, volunteer and complainant, was imported, merged, related and written to."""
    chance = random.Random(seed)

    def word(letters: str = _LATIN) -> str:
        return "".join(chance.choice(letters) for _letter in range(11))

    letters = chance.choice([_LATIN, _ARABIC])
    given, family, street, note = word(letters), word(letters), word(letters), word()
    login, number = word(), "79" + "".join(chance.choice("0123456789") for _digit in range(7))
    email = f"{login}@people.example"
    user = UserFactory(email=email, first_name=given, last_name=family)
    contact = ContactFactory(
        user=user, given_name=given, family_name=family, salutation=f"Dear {given}", birth_date=date(1980, 2, 3),
        custom={"nickname": note}, preferred_language="ar",
    )  # fmt: skip
    contact.photo.save(f"{login}.jpg", ContentFile(note.encode()))
    contact.tags.add(Tag.objects.get_or_create(name="Friend")[0])
    EmailFactory(contact=contact, address=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": f"{given}'s key"})
    Phone.objects.create(contact=contact, number=f"+962{number}")
    Address.objects.create(contact=contact, lines=street, city="Amman", country="JO")
    _in_members(contact, given=given, family=family, note=note, email=email)
    _in_donations(contact, name=f"{given} {family}", email=email, note=note)
    _in_other_wings(contact, given=given, family=family, email=email, note=note, number=number)
    index_contacts([contact.pk])
    return Known(contact, user, [given, family, street, note, login, number])


def _in_members(contact: Contact, *, given: str, family: str, note: str, email: str) -> None:
    term = TermFactory(membership__contact=contact)
    MemberCardFactory(membership=term.membership)
    ConferredCard.objects.create(membership=TermFactory().membership, contact=contact, issued_on=date(2026, 1, 1))
    Interaction.objects.create(contact=contact, subject=f"Call with {given}", text=note, outcome=note)
    other = ContactFactory()
    kind = RelationshipType.objects.get(code="spouse")
    Relationship.objects.create(type=kind, from_contact=contact, to_contact=other, note=note)
    log(other, "wagtail.edit", data={"related_to": f"{given} {family}"})
    log(contact, "sanduq.seen", data={"name": given})
    FormState.objects.create(
        data=f"given_name={given}", user=UserFactory(), content_type=ContentType.objects.get_for_model(Contact),
        object_id=str(contact.pk), parent_object_id="", last_updated_at=timezone.now(),
    )  # fmt: skip
    entry = DirectoryEntryFactory(contact=contact, about=note, website=f"https://{note}.example/")
    hide_entry(entry, reason=f"Talk with {given}", by=UserFactory())
    DirectoryEvent.objects.create(contact=contact, field="name", audience="members", wording=f"Yes, {given}")
    first, second = sorted([contact, other], key=lambda one: one.pk)
    DuplicatePair.objects.create(first=first, second=second, score=80, reasons=[given])
    Merge.objects.create(
        kept=contact, merged_pk=0, merged_name=f"{given} {family}", journal={"contact": {"name": given}}
    )
    Merge.objects.create(kept=other, merged_pk=0, merged_name="Other", journal={"rows": [[f"{given} {family}", email]]})
    record_consent(
        contact, channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="test", wording=f"Yes, {given}"
    )
    run = ImportRun(file_name="people.csv", state=ImportState.DONE, total=2)
    run.file.save("people.csv", ContentFile(f"{given},{family},{email}".encode()))
    ImportRow.objects.create(
        run=run, number=1, verdict=Verdict.UPDATE, contact=contact, before={"given_name": given}, is_applied=True
    )
    paper = PaperRun(kind="cards", state=PaperState.DONE, total=1)
    paper.file.save("cards.pdf", ContentFile(f"{given} {family}".encode()))
    PaperRecipient.objects.create(run=paper, contact=contact)
    ImportRow.objects.create(run=run, number=2, verdict=Verdict.REJECT, cells=[given, family, email])


def _in_donations(contact: Contact, *, name: str, email: str, note: str) -> None:
    gift = GiftFactory(donor=contact, payment__payer_name=name, payment__payer_email=email)
    payment = gift.payment
    RefundFactory(payment=payment, reason=note)
    DisputeFactory(payment=payment)
    receipt = issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=date(2026, 3, 1))
    receipt_pdf(receipt)
    log(gift, "wagtail.create")
    regular = RecurringGiftFactory(
        donor=contact,
        status=RecurringStatus.STOPPED,
        stopped_on=date(2026, 3, 1),
        stop_reason=note,
        next_charge_on=None,
    )
    RecurringChange.objects.create(
        recurring_gift=regular, kind="stopped", state="done", words=note, yearly_before=regular.yearly,
        yearly_after=regular.amount * 0, asked_at=_NOON,
    )  # fmt: skip
    said = json.dumps({"customer": {"name": name, "email": email}})
    PaymentEvent.objects.create(
        gateway="sandbox", event_id=f"a{contact.pk}", kind="settled", payload=said, payment=payment, happened_at=_NOON,
        applied_at=_NOON,
    )  # fmt: skip
    PaymentEvent.objects.create(
        gateway="sandbox", event_id=f"b{contact.pk}", kind="failed", payload=said, happened_at=_NOON, error=note
    )
    basket = Basket.objects.create(
        form_key=_uuid(contact, 1), given_name=contact.given_name, family_name=contact.family_name, email=email,
        phone=str(contact.phones.get().number), language="ar", contact=contact, wants_news=True, news_wording=note,
        fulfilled_at=_NOON,
    )  # fmt: skip
    BasketLine.objects.create(
        basket=basket, kind=LineKind.GIFT, amount=gift.amount, fund=gift.allocations.get().fund, gift=gift, problem=note
    )
    card = {"honoree": name, "card_name": name, "card_email": email, "card_words": note, "card_on": _NOON.date()}
    GiftWish.objects.create(basket=basket, tribute_kind="honour", organisation=name, message=note, **card)
    Tribute.objects.create(gift=gift, kind="honour", from_name=name, **card)
    PaymentAttempt.objects.create(basket=basket, payment=payment)
    given_away = {"basket__contact": contact, "basket__given_name": name, "basket__email": email, "greeting": note}
    PresentFactory(**given_away, recipient_name=contact.given_name, contact=contact, accepted_at=_NOON)
    awaited = PresentFactory(
        recipient_name=contact.given_name, recipient_email=email, way="email", deliver_on=_NOON.date()
    )
    log(awaited, "sanduq.present_resent")
    Basket.objects.create(
        form_key=_uuid(contact, 2), given_name=contact.given_name, family_name=contact.family_name, email=email,
        language="ar",
    )  # fmt: skip
    PaymentFactory(payer=contact, payer_name=name, payer_email=email, settled=True)


def _in_other_wings(contact: Contact, *, given: str, family: str, email: str, note: str, number: str) -> None:
    log(SignUpFactory(contact=contact), "wagtail.create")
    HoursEntryFactory(contact=contact)
    case = CaseFactory(contact=contact)
    CaseMessageFactory(case=case, body=f"{given}: {note}, {number}")
    DeliveryFactory(contact=contact, address=email, subject=f"Dear {given}", context={"name": given, "note": note})
    DeliveryFactory(contact=None, address=email.upper(), context={"code": note})
    Suppression.objects.create(address=email, reason=f"{given} {family} complained")


def _uuid(contact: Contact, number: int) -> str:
    return f"00000000-0000-4000-8000-{contact.pk:010d}{number:02d}"
