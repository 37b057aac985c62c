"""Letters, certificates and labels: who gets one, who does not and why, and what stands on it."""

import shutil
import subprocess
import unicodedata
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st
from i18nfield.strings import LazyI18nString

from dashboard.domain.roles import sync_roles
from members.domain.consent import record_consent
from members.domain.papers import make_paper, start_paper
from members.domain.post import postal_addresses
from members.letter_words import WORDS, check_words, fill_words
from members.models import (
    Calendar,
    Channel,
    Contact,
    ContactKind,
    Interaction,
    LeftOut,
    LetterKind,
    PaperKind,
    PaperRun,
    Purpose,
    RelationshipType,
)
from tests.factories.members import ContactFactory, MemberCardFactory, TermFactory, UserFactory
from tests.factories.papers import AddressFactory, LetterTemplateFactory
from tests.factories.people import RelationshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_june")]
LABELS = {"sheet": "L7160", "first": 1, "once": True, "purpose": ""}


@pytest.fixture
def in_june():
    with time_machine.travel("2026-06-01", tick=False):
        yield


def made(kind, people, **values) -> PaperRun:
    run = start_paper(kind, contact_ids=[one.pk for one in people], values=values, by=UserFactory())
    make_paper(run.pk)
    return PaperRun.objects.get(pk=run.pk)


def letters(template, people, **values) -> PaperRun:
    return made(PaperKind.LETTERS, people, **{"template": template.pk, "by_post": False, "noted": True, **values})


def left_out(run) -> dict[int, str]:
    return dict(run.recipients.exclude(left_out="").values_list("contact", "left_out"))


def text_of(run) -> str:
    """The words of the PDF in plain letters."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    with run.file.open() as file:
        read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=file.read(), capture_output=True, check=True)
    return unicodedata.normalize("NFKC", read.stdout.decode())


def member(**facts) -> Contact:
    return MemberCardFactory(membership=TermFactory(**facts).membership).membership.contact


class TestWords:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("Dear {name}, {salutation} { number }", ""),
            ("Dear {nmae}", "{nmae} is not known."),
            ("{}", "{} is not known."),
            ("{name.__class__}", "{name.__class__} is not known."),
            ("Dear {name", "A brace stands alone."),
            ("Dear name}", "A brace stands alone."),
        ],
    )
    def test_an_unknown_word_is_refused_with_a_sentence(self, text, said):
        problem = check_words(LazyI18nString({"en": text, "ar": "أهلًا {name}"}))
        assert (problem.startswith(said), bool(problem)) == (True, bool(said))

    def test_every_language_is_looked_at(self):
        with pytest.raises(ValidationError) as refused:
            LetterTemplateFactory.build(text=LazyI18nString({"en": "fine", "fa": "{nobody}"})).full_clean()
        assert set(refused.value.message_dict) == {"text"}

    @given(st.dictionaries(st.sampled_from(sorted(WORDS)), st.text(max_size=30)))
    def test_what_a_value_holds_is_never_read_as_a_word(self, values):
        values = {word: f"{{name}}{value}" for word, value in values.items()}
        for word, value in values.items():
            assert fill_words(f"<{{{word}}}>", values) == f"<{value}>"


class TestLetters:
    def test_each_reads_their_own_language(self):
        people = [
            member(membership__contact__given_name="Hannah", membership__contact__preferred_language="en"),
            member(membership__contact__given_name="سلمى", membership__contact__preferred_language="ar"),
        ]
        text = text_of(letters(LetterTemplateFactory(), people))
        assert "Dear Hannah, thank you." in text
        assert "سلمى" in text

    def test_a_language_that_the_template_lacks_is_the_first_of_the_site(self):
        person = member(membership__contact__given_name="نرگس", membership__contact__preferred_language="fa")
        assert "شكرًا" in text_of(letters(LetterTemplateFactory(), [person]))

    def test_every_word_is_filled(self):
        person = member(
            membership__contact__salutation="Dr Haddad", fee=Money(25, "JOD"), membership__number="2026-0042"
        )
        Contact.objects.filter(pk=person.pk).update(calendar=Calendar.HIJRI)
        template = LetterTemplateFactory(
            text=LazyI18nString({"en": "\n".join(f"{word}={{{word}}}." for word in WORDS if word != "nonprofit")})
        )
        text = text_of(letters(template, [person]))
        for line in (
            "salutation=Dr Haddad.", "date=1 June 2026 (1447-12-15).", "number=2026-0042.", "tier=Supporting member.",
            "since=1 January 2026 (1447-07-12).", "until=31 December 2026", "fee=JOD 25.",
        ):  # fmt: skip
            assert line in text.replace("\xa0", " ")

    def test_whoever_has_no_membership_is_left_out_of_what_speaks_of_one(self):
        visitor, somebody, unpaid = ContactFactory(), member(fee=Money(5, "JOD")), member()
        number = LetterTemplateFactory(text=LazyI18nString({"en": "Your number: {number}"}))
        assert left_out(letters(number, [visitor, somebody])) == {visitor.pk: LeftOut.NO_MEMBERSHIP}
        fee = LetterTemplateFactory(text=LazyI18nString({"en": "You paid {fee}"}))
        assert left_out(letters(fee, [somebody, unpaid])) == {unpaid.pk: LeftOut.LACKING}
        assert left_out(letters(LetterTemplateFactory(), [visitor])) == {}

    def test_only_those_get_it_who_agreed_to_its_purpose(self):
        agreed, refused, silent, by_mail = ContactFactory.create_batch(4)
        for person, channel, answer in (
            (agreed, Channel.POST, True), (refused, Channel.POST, False), (by_mail, Channel.EMAIL, True),
        ):  # fmt: skip
            record_consent(person, channel=channel, purpose=Purpose.FUNDRAISING, granted=answer, source="test")
        people = [agreed, refused, silent, by_mail]
        appeal = LetterTemplateFactory(purpose=Purpose.FUNDRAISING)
        everybody_else = dict.fromkeys((one.pk for one in people[1:]), LeftOut.NO_CONSENT)
        assert left_out(letters(appeal, people)) == everybody_else
        AddressFactory(contact=agreed)
        labels = made(PaperKind.LABELS, people, **{**LABELS, "purpose": Purpose.FUNDRAISING})
        assert left_out(labels) == everybody_else

    def test_a_guardians_yes_is_needed_for_a_child(self):
        child = ContactFactory(birth_date=date(2015, 1, 1))
        record_consent(child, channel=Channel.POST, purpose=Purpose.NEWS, granted=True, source="t", on=date(2040, 1, 1))
        assert left_out(letters(LetterTemplateFactory(purpose=Purpose.NEWS), [child])) == {child.pk: LeftOut.NO_CONSENT}

    def test_it_is_noted_with_each_who_gets_it_and_with_nobody_else(self):
        reached, unreached = AddressFactory().contact, ContactFactory()
        template = LetterTemplateFactory(name="Thanks")
        run = letters(template, [reached, unreached], by_post=True)
        assert left_out(run) == {unreached.pk: LeftOut.NO_ADDRESS}
        assert list(Interaction.objects.values_list("contact", "kind", "subject", "created_by")) == [
            (reached.pk, "letter", "Thanks", run.user_id)
        ]
        letters(template, [reached], noted=False)
        assert Interaction.objects.count() == 1

    @pytest.mark.parametrize("language", ["ar", "en", "fa"])
    def test_a_certificate_bears_name_and_heading_also_when_they_are_long(self, language):
        person = member(
            membership__contact__given_name="Bartholomew " * 8, membership__contact__preferred_language=language
        )
        certificate = LetterTemplateFactory(
            kind=LetterKind.CERTIFICATE, text=LazyI18nString(dict.fromkeys(("ar", "en", "fa"), "word " * 300))
        )
        run = letters(certificate, [person])
        assert "Bartholomew" in text_of(run)
        assert Interaction.objects.count() == 1


class TestAddresses:
    def test_the_address_in_season_goes_before_the_first_choice(self):
        summer = AddressFactory(season_from=6, season_until=8, is_primary=False)
        AddressFactory(contact=summer.contact)
        assert postal_addresses([summer.contact_id], on=date(2026, 6, 1)) == {summer.contact_id: summer}

    def test_one_from_which_letters_come_back_is_none(self):
        lost = AddressFactory(is_undeliverable=True).contact
        assert left_out(made(PaperKind.LABELS, [lost], **LABELS)) == {lost.pk: LeftOut.NO_ADDRESS}


class TestLabels:
    def test_a_household_gets_one_label_with_its_name(self):
        family = ContactFactory(kind=ContactKind.HOUSEHOLD, organisation_name="The Haddads")
        kind = RelationshipType.objects.get(code="household-member")
        people = [RelationshipFactory(type=kind, to_contact=family).from_contact for _one in range(3)]
        AddressFactory(contact=people[1])
        run = made(PaperKind.LABELS, people, **LABELS)
        assert left_out(run) == {people[0].pk: LeftOut.NO_ADDRESS, people[2].pk: LeftOut.HOUSEHOLD}
        assert "The Haddads" in text_of(run)
        each = made(PaperKind.LABELS, people, **{**LABELS, "once": False})
        assert people[1].name in text_of(each)

    def test_the_country_is_written_on_letters_abroad_only(self):
        at_home, abroad = AddressFactory(), AddressFactory(city="Hamburg", country="DE")
        text = text_of(made(PaperKind.LABELS, [at_home.contact, abroad.contact], **LABELS))
        assert ("Germany" in text, "Jordan" in text) == (True, False)

    @pytest.mark.parametrize(("first", "people", "pages"), [(1, 21, 1), (1, 22, 2), (21, 1, 1), (21, 2, 2)])
    def test_it_begins_at_the_label_that_is_left(self, first, people, pages):
        chosen = [AddressFactory().contact for _one in range(people)]
        run = made(PaperKind.LABELS, chosen, **{**LABELS, "first": first})
        with run.file.open() as file:
            assert file.read().count(b"/Type /Page\n") == pages


class TestScreens:
    @pytest.fixture
    def office(self, client):
        sync_roles()
        user = UserFactory()
        user.groups.add(Group.objects.get(name="membership"))
        client.force_login(user)
        return client

    def address(self, action, *people):
        ids = "&".join(f"id={one.pk}" for one in people)
        return f"{reverse('wagtail_bulk_action', args=['members', 'contact', action])}?{ids}&next=/admin/contacts/"

    def test_one_is_looked_at_first_and_nothing_is_noted(self, office):
        template, person = LetterTemplateFactory(), ContactFactory()
        looked = office.post(self.address("letters", person), {"template": template.pk, "preview": "1"})
        assert (looked["Content-Type"], looked.content[:4]) == ("application/pdf", b"%PDF")
        assert (PaperRun.objects.count(), Interaction.objects.count()) == (0, 0)

    def test_a_look_where_nobody_would_get_one_says_so(self, office):
        said = {"template": LetterTemplateFactory().pk, "by_post": "on", "preview": "1"}
        page = office.post(self.address("letters", ContactFactory()), said)
        assert "None of the first 1 would get one." in page.content.decode()

    def test_a_sheet_has_no_label_beyond_its_last(self, office):
        page = office.post(self.address("labels", ContactFactory()), {"sheet": "L7163", "first": 15})
        assert "This sheet has 14 labels only." in page.content.decode()
        assert not PaperRun.objects.exists()

    def test_an_unknown_word_is_refused_in_the_form(self, office):
        said = {"name": "x", "kind": "letter", "title_0": "Hello", "text_0": "Dear {nobody}"}
        page = office.post(reverse("wagtailsnippets_members_lettertemplate:add"), said)
        assert "{nobody} is not known." in page.content.decode()
