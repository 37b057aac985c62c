"""Saving a contact by hand: nothing is lost, and nothing happens that nobody was told of."""

import io
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from i18nfield.strings import LazyI18nString
from PIL import Image

from dashboard.domain.roles import sync_roles
from members.domain.search import find_contacts
from members.models import Contact, CustomFieldChoice, Relationship, RelationshipType
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, UserFactory
from tests.factories.people import CustomFieldFactory, RelationshipFactory, TagFactory

pytestmark = pytest.mark.django_db
EMPTY_ROWS = {
    f"{name}-{part}": value
    for name in ("emails", "phones", "addresses")
    for part, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"), ("MIN_NUM_FORMS", "0"), ("MAX_NUM_FORMS", "1000"))
}
TYPED = {
    **EMPTY_ROWS,
    "kind": "individual",
    "given_name": "Layla",
    "family_name": "Haddad",
    "preferred_language": "en",
    "calendar": "gregorian",
    "version": "1",
}


@pytest.fixture
def staff(client):
    sync_roles()
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return client


def edit_page(contact):
    return reverse("contacts:edit", args=[contact.pk])


def errors(page):
    return page.context["form"].errors


def test_a_contact_is_written_down_with_all_that_is_known(staff):
    tag = TagFactory()
    typed = TYPED | {
        "birth_date": "٢٣/٥/١٩٩٠",
        "tags": [tag.pk],
        "emails-TOTAL_FORMS": "1",
        "emails-0-address": "layla@people.example",
        "emails-0-is_primary": "on",
        "phones-TOTAL_FORMS": "1",
        "phones-0-number": "٠٧٩١٢٣٤٥٦٧",
        "addresses-TOTAL_FORMS": "1",
        "addresses-0-kind": "home",
        "addresses-0-lines": "14 Flower Street",
    }
    staff.post(reverse("contacts:add"), typed)
    contact = Contact.objects.get()
    assert (contact.name, contact.birth_date, contact.email, contact.phone) == (
        "Layla Haddad",
        date(1990, 5, 23),
        "layla@people.example",
        "+962 7 9123 4567",
    )
    assert list(contact.tags.all()) == [tag]
    assert list(find_contacts("0791234567")) == [contact]


def test_only_colleagues_look_after_a_contact_and_one_who_left_stays_where_they_are(staff):
    member, colleague, gone = UserFactory.create_batch(3)
    colleague.groups.add(Group.objects.first())
    contact = ContactFactory(owner=gone)
    page = staff.get(edit_page(contact))
    assert {*page.context["form"].fields["owner"].queryset} == {colleague, gone}
    staff.post(edit_page(contact), TYPED | {"owner": member.pk})
    assert Contact.objects.get().owner == gone


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        pytest.param("given_name", "x" * 300, "at most 150", id="300 letters"),
        pytest.param("birth_date", "2199-01-01", "Nobody was born", id="born in the future"),
        pytest.param("birth_date", "1800-01-01", "Nobody was born", id="born too long ago"),
        pytest.param("birth_date", "31/02/1990", "Please write the date", id="no such day"),
        pytest.param("birth_date", "yesterday", "Please write the date", id="no date"),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_is_kept(staff, field, typed, sentence):
    page = staff.post(reverse("contacts:add"), TYPED | {field: typed})
    assert sentence in str(errors(page)[field])
    assert page.context["form"][field].value() == typed
    assert not Contact.objects.exists()


def test_a_birth_date_may_be_hijri(staff):
    staff.post(reverse("contacts:add"), TYPED | {"birth_date": "15/3/1412"})
    assert Contact.objects.get().birth_date == date(1991, 9, 23)


def test_bidi_overrides_are_stripped_and_emoji_kept(staff):
    staff.post(reverse("contacts:add"), TYPED | {"given_name": "\u202eLayla 🌸\u202c"})
    assert Contact.objects.get().given_name == "Layla 🌸"


class TestTwoAtOnce:
    def test_who_saves_second_is_told_what_the_first_wrote_and_loses_nothing(self, staff):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        staff.post(edit_page(contact), TYPED | {"given_name": "Laila"})
        page = staff.post(edit_page(contact), TYPED | {"family_name": "Khatib"})

        assert "A colleague saved this contact" in str(errors(page))
        assert "Given name: Laila" in str(errors(page))
        assert page.context["form"]["family_name"].value() == "Khatib"
        assert Contact.objects.get().name == "Laila Haddad"

    def test_a_second_save_goes_through(self, staff):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        staff.post(edit_page(contact), TYPED | {"given_name": "Laila"})
        page = staff.post(edit_page(contact), TYPED | {"family_name": "Khatib"})
        again = TYPED | {"family_name": "Khatib", "version": page.context["form"]["version"].value()}
        staff.post(edit_page(contact), again)

        assert Contact.objects.get().name == "Layla Khatib"

    def test_an_address_that_a_colleague_added_is_named(self, staff):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        added = TYPED | {"emails-TOTAL_FORMS": "1", "emails-0-address": "new@people.example"}
        staff.post(edit_page(contact), added)
        page = staff.post(edit_page(contact), TYPED)

        assert "new@people.example" in str(errors(page))
        assert contact.emails.get().address == "new@people.example"

    def test_a_change_from_elsewhere_counts_as_well(self, staff):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        contact.salutation = "Dr Haddad"
        contact.save()
        assert "Dr Haddad" in str(errors(staff.post(edit_page(contact), TYPED)))


class TestKnownAlready:
    def test_somebody_like_a_known_contact_is_shown_before_they_are_written_down_twice(self, staff):
        known = EmailFactory(
            contact__given_name="ليلى", contact__family_name="الحداد", address="layla@people.example"
        ).contact
        typed = TYPED | {
            "given_name": "ليلي",
            "family_name": "الحداد",
            "emails-TOTAL_FORMS": "1",
            "emails-0-address": "layla@people.example",
        }
        page = staff.post(reverse("contacts:add"), typed)

        assert f'href="{reverse("contacts:inspect", args=[known.pk])}"' in page.text
        assert Contact.objects.count() == 1

        staff.post(reverse("contacts:add"), typed | {"confirmed": page.context["form"]["confirmed"].value()})
        assert Contact.objects.count() == 2

    def test_a_confirmation_of_something_else_does_not_count(self, staff):
        EmailFactory(contact__given_name="Layla", contact__family_name="Haddad", address="layla@people.example")
        typed = TYPED | {"emails-TOTAL_FORMS": "1", "emails-0-address": "layla@people.example", "confirmed": "x"}
        staff.post(reverse("contacts:add"), typed)
        assert Contact.objects.count() == 1


class TestOwnFields:
    @pytest.fixture
    def fields(self):
        size = CustomFieldFactory(code="size", kind="choice")
        CustomFieldChoice.objects.create(field=size, code="m", label=LazyI18nString({"en": "Medium", "ar": "وسط"}))
        return [size, CustomFieldFactory(code="diet"), CustomFieldFactory(code="driver", kind="yes_no"),
                CustomFieldFactory(code="age", kind="number"), CustomFieldFactory(code="since", kind="date")]  # fmt: skip

    def test_answers_are_stored_by_type_and_empty_ones_left_out(self, staff, fields):
        answers = {
            "custom_size": "m",
            "custom_diet": "",
            "custom_driver": "no",
            "custom_age": "٤٢",
            "custom_since": "2020-02-29",
        }
        staff.post(reverse("contacts:add"), TYPED | answers)
        assert Contact.objects.get().custom == {"size": "m", "driver": False, "age": 42, "since": "2020-02-29"}

    def test_an_answer_of_the_wrong_type_is_refused_at_its_field(self, staff, fields):
        page = staff.post(reverse("contacts:add"), TYPED | {"custom_age": "many"})
        assert "is not a number" in str(errors(page)["custom_age"])

    def test_they_stand_on_the_page_and_in_the_list(self, staff, fields):
        contact = ContactFactory(custom={"size": "m", "driver": True})
        assert "Medium" in staff.get(reverse("contacts:inspect", args=[contact.pk])).text
        staff.post(reverse("contacts:list"), {"columns": "1", "shown": ["custom_size"]})
        assert "Medium" in staff.get(reverse("contacts:list")).text


class TestPhoto:
    def picture(self, **options):
        content = io.BytesIO()
        Image.new("RGB", (1600, 1200), "teal").save(content, "JPEG", **options)
        return SimpleUploadedFile("me.jpg", content.getvalue(), "image/jpeg")

    def with_position(self):
        exif = Image.Exif()
        exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 57.0, 0.0), 3: "E", 4: (35.0, 56.0, 0.0)})
        return self.picture(exif=exif)

    def test_it_is_made_small_and_says_no_longer_where_it_was_taken(self, staff):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        staff.post(edit_page(contact), TYPED | {"photo_file": self.with_position()})
        content = b"".join(staff.get(reverse("members_photo", args=[contact.pk])).streaming_content)
        picture = Image.open(io.BytesIO(content))
        assert (picture.size, dict(picture.getexif())) == ((800, 600), {})
        assert b"Exif" not in content

    @pytest.mark.parametrize(
        "content", [b"GIF89a", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x00", b""]
    )
    def test_what_is_no_picture_is_refused(self, staff, content):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        page = staff.post(edit_page(contact), TYPED | {"photo_file": SimpleUploadedFile("me.jpg", content)})
        assert errors(page)["photo_file"]
        assert not Contact.objects.get().photo

    def test_a_picture_that_unpacks_to_too_much_is_refused(self, staff, monkeypatch):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        monkeypatch.setattr("members.domain.photos.MOST_PIXELS", 1_000)
        page = staff.post(edit_page(contact), TYPED | {"photo_file": self.picture()})
        assert "too many pixels" in str(errors(page)["photo_file"])

    def test_it_can_be_removed_and_its_file_goes(self, staff):
        contact = ContactFactory(given_name="Layla", family_name="Haddad")
        staff.post(edit_page(contact), TYPED | {"photo_file": self.picture()})
        contact.refresh_from_db()
        name, storage = contact.photo.name, contact.photo.storage
        staff.post(edit_page(contact), TYPED | {"remove_photo": "on", "version": contact.version})
        assert not Contact.objects.get().photo
        assert not storage.exists(name)


class TestDeath:
    @pytest.fixture
    def family(self):
        """A household with a membership that its members share, and its head."""
        household = ContactFactory(kind="household", given_name="", family_name="", organisation_name="Haddad family")
        head = ContactFactory(given_name="Layla", family_name="Haddad")
        today = timezone.localdate()
        term = TermFactory(
            membership__contact=household, starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=9)
        )
        kind = RelationshipType.objects.get(code="household-head")
        term.tier.confers_to.add(kind)
        RelationshipFactory(type=kind, from_contact=head, to_contact=household)
        return household, head

    def test_whose_membership_ends_is_said_before_a_death_is_saved(self, staff, family):
        household, head = family
        died = TYPED | {"died_on": (timezone.localdate() - timedelta(days=1)).isoformat()}
        page = staff.post(edit_page(head), died)

        assert "Layla Haddad would no longer belong through Haddad family" in page.text
        assert Contact.objects.get(pk=head.pk).died_on is None

        confirmed = died | {"confirmed": page.context["form"]["confirmed"].value()}
        said = staff.post(edit_page(head), confirmed, follow=True).text
        assert Contact.objects.get(pk=head.pk).died_on
        assert Relationship.objects.get().ends_on == timezone.localdate() - timedelta(days=1)
        assert "Haddad family</a> has no head now" in said
        assert household.memberships.get().terms.exists()
