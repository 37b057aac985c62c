"""The people of the demo: members, donors, volunteers, voices. Made by the same functions that the site uses."""

import random
from datetime import date, datetime, timedelta

from django.utils import timezone
from djmoney.money import Money

from config.demo.nonprofit import CURRENCY
from donations.domain.offline import record_offline_gift
from donations.models import Appeal, Fund
from members.domain.consent import record_consent
from members.domain.contacts import find_or_create_contact
from members.domain.directory import Choice, choose
from members.domain.memberships import join
from members.models import QUESTIONS, Audience, Channel, Contact, DirectoryField, Purpose, Tier, User
from surveys.complaints.domain.cases import Complainant, file_case, reply_as_staff
from surveys.complaints.models import CaseKind, Category
from surveys.domain.casting import cast_ballot
from surveys.models import QuestionKind, Survey
from volunteers.domain.signups import sign_up
from volunteers.models import HoursEntry, HoursStatus, Opportunity, Shift

PEOPLE = [
    ("ليلى", "حداد", "ar"), ("أحمد", "الخطيب", "ar"), ("مريم", "العبادي", "ar"), ("يوسف", "درويش", "ar"),
    ("سلمى", "النابلسي", "ar"), ("خالد", "المومني", "ar"), ("رنا", "الطويل", "ar"), ("إبراهيم", "شاهين", "ar"),
    ("هبة", "عبد الرحمن", "ar"), ("فادي", "قعوار", "ar"), ("نور", "الهدى", "ar"), ("سامر", "زيدان", "ar"),
    ("Hannah", "Weber", "en"), ("James", "O'Neill", "en"), ("Priya", "Raman", "en"), ("Sofia", "Lindqvist", "en"),
    ("نرگس", "کریمی", "fa"), ("رضا", "محمدی", "fa"),
]  # fmt: skip
NEWS = "demo"
# Who is in the member directory, by their place above: what they do, where, and what everyone may see.
LISTED = {
    1: ("نجّار، يعلّم إصلاح الأثاث", "إربد", Audience.EVERYONE),
    6: ("مدرّسة كيمياء", "عمّان", Audience.MEMBERS),
    7: ("محاسب، يساعد في الإقرارات الضريبية", "الزرقاء", Audience.EVERYONE),
    12: ("Nurse; speaks German and English", "Amman", Audience.EVERYONE),
    15: ("Retired librarian", "Madaba", Audience.MEMBERS),
}


def create_people(*, tiers: dict[str, Tier], funds: dict[str, Fund], appeal: Appeal, today: date) -> list[Contact]:
    """Members in every state, donors of this year and last, people who agreed to hear from us and people who did not."""
    dice = random.Random(2009)  # noqa: S311  (the same demo every time)
    contacts = []
    for number, (given, family, language) in enumerate(PEOPLE):
        contact = find_or_create_contact(
            given_name=given, family_name=family, email=f"person{number + 1}@people.example", language=language
        )
        contacts.append(contact)
        if number % 4 != 3:
            _consent(contact)
        if number % 3 != 2:
            tier = tiers[("friend", "member", "supporter")[number % 3 if number % 5 else 2]]
            join(contact, tier=tier, on=today - timedelta(days=(20, 200, 340, 385, 700)[number % 5]))
        if number % 2:
            _give(contact, funds, appeal if number % 4 == 1 else None, dice, today)
    return contacts


def _consent(contact: Contact) -> None:
    for purpose in (Purpose.NEWS, Purpose.FUNDRAISING, Purpose.SURVEYS):
        record_consent(contact, channel=Channel.EMAIL, purpose=purpose, granted=True, source=NEWS)


def _give(contact: Contact, funds: dict[str, Fund], appeal: Appeal | None, dice: random.Random, today: date) -> None:
    for days in dice.sample(range(5, 600), k=dice.choice([1, 2, 3])):
        record_offline_gift(
            gateway=dice.choice(["transfer", "cash"]),
            donor=contact,
            fund=appeal.fund if appeal else dice.choice(list(funds.values())),
            amount=Money(dice.choice([5, 10, 20, 50, 120]), CURRENCY),
            received_on=today - timedelta(days=days),
            issued_on=today - timedelta(days=days),
            actor=None,
            appeal=appeal if days < 40 else None,
            bank_reference=f"demo-{contact.pk}-{days}",
        )


def create_directory(contacts: list[Contact], *, today: date) -> None:
    """Some members who want to be found: name, town and work, and for members their address too."""
    for number, (about, city, audience) in LISTED.items():
        contact = contacts[number]
        shown = {
            DirectoryField.NAME: audience,
            DirectoryField.ABOUT: audience,
            DirectoryField.CITY: Audience.MEMBERS,
            DirectoryField.EMAIL: audience,
        }
        choices = {field: Choice(chosen, f"{QUESTIONS[field]} {chosen.label}") for field, chosen in shown.items()}
        texts = {"shown_name": contact.name, "about": about, "city": city}
        choose(contact, texts=texts, choices=choices, source=NEWS, actor=None, on=today)


def create_ballots(survey: Survey, *, at: datetime) -> None:
    """Answers of a clinic that is liked and where one waits too long."""
    dice = random.Random(5)  # noqa: S311
    levels = [question for question in survey.questions.all() if question.kind == QuestionKind.LEVELS]
    weights = [[1, 1, 2, 6, 9], [6, 6, 5, 2, 1], [1, 2, 3, 6, 7], [0, 2, 4, 7, 6]]
    for number in range(43):
        answers = {q.pk: dice.choices([1, 2, 3, 4, 5], weight)[0] for q, weight in zip(levels, weights, strict=True)}
        cast_ballot(survey, answers=answers, comments={}, token=f"demo-{number}", at=at)


def create_cases(contacts: list[Contact], *, staff: User, today: date) -> None:
    """One voice without a name, with an answer, and one with a name."""
    categories = list(Category.objects.order_by("position"))
    case, _code = file_case(
        kind=CaseKind.COMPLAINT,
        body="انتظرنا في العيادة أكثر من ساعتين ولم يخبرنا أحد بالسبب.",
        token="demo-anonymous",
        language="ar",
        on=today - timedelta(days=6),
        category=categories[1],
    )
    reply_as_staff(
        case,
        body="نعتذر عن ذلك. أضفنا طبيبة ثانية يوم الثلاثاء، ونعلن مدة الانتظار على الباب.",
        staff=staff,
        token="demo-answer",
        on=today - timedelta(days=1),
    )
    named = contacts[12]
    file_case(
        kind=CaseKind.SUGGESTION,
        body="Could the reading corner open on Fridays too? Many of us work on the other days.",
        token="demo-named",
        language="en",
        on=today - timedelta(days=2),
        category=categories[4],
        complainant=Complainant(named.given_name, named.family_name, named.email),
    )


def create_volunteering(contacts: list[Contact], shifts: list[Shift], *, today: date) -> None:
    """Some are signed up, some have hours behind them."""
    now = timezone.now()
    for contact, shift in [(contacts[0], shifts[0]), (contacts[4], shifts[0]), (contacts[12], shifts[1])]:
        sign_up(shift, contact=contact, at=now)
    opportunity = Opportunity.objects.first()
    for number, contact in enumerate(contacts[:8]):
        HoursEntry.objects.create(
            contact=contact,
            opportunity=opportunity,
            hours=3,
            worked_on=today - timedelta(days=9 + 7 * number),
            status=HoursStatus.APPROVED if number % 3 else HoursStatus.REPORTED,
        )
