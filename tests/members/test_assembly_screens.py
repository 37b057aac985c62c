"""The staff's screens of a general assembly: what they show, to whom, and what happens at the desk."""

import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from members.domain.assemblies.attendance import check_in
from members.domain.assemblies.listing import freeze
from members.domain.assemblies.proxies import give_proxy
from members.domain.cards import own_face, signed_address
from members.models import Assembly, Attendance, BulkRun, MemberCard, Proxy, QuorumKind, Voter
from tests.factories.assemblies import AssemblyFactory
from tests.factories.members import ContactFactory, MemberCardFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 20, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def clerk(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return user


def member(name, **facts):
    return TermFactory(membership__contact=ContactFactory(given_name=name, family_name=""), **facts).membership


@pytest.fixture
def hall(clerk):
    """Freezes an assembly of these members and returns it with the lines of its list."""

    def make(*names, **rule):
        for name in names:
            member(name)
        assembly = freeze(AssemblyFactory(**rule), by=clerk)
        return assembly, *assembly.voters.order_by("position")

    return make


def url(name, *keys):
    return reverse(f"members_assembly{name}", args=[getattr(key, "pk", key) for key in keys])


def scan(client, assembly, text):
    return client.post(url("_scan", assembly), {"text": text}, follow=True)


# --- Making one


def filled(**changed):
    return {
        "title_0": "الجمعية العمومية",
        "title_1": "Assembly",
        "title_2": "",
        "starts_at": "2026-07-01 18:00",
        "place": "Hall",
        "record_day": "2026-06-01",
        "minimum_age": "18",
        "minimum_months": "0",
        "conferred": "each",
        "quorum_kind": "more",
        "quorum_value": "50",
        "proxies_per_holder": "1",
        **changed,
    }


def test_an_assembly_is_made_and_its_page_opens(client, clerk):
    answer = client.post(reverse(Assembly.snippet_viewset.get_url_name("add")), filled(), follow=True)
    assembly = Assembly.objects.get()
    assert answer.redirect_chain[-1][0] == url("", assembly)
    assert str(assembly) == "Assembly"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"record_day": "2026-07-02"}, "The day of record cannot come after the assembly."),
        ({"quorum_value": "101"}, "A share is 100 per cent at most."),
        ({"quorum_value": "100"}, "More than all cannot come."),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(client, clerk, changed, said):
    answer = client.post(reverse(Assembly.snippet_viewset.get_url_name("add")), filled(**changed))
    assert said in answer.text
    assert not Assembly.objects.exists()


def test_once_frozen_only_when_and_where_can_be_changed(client, hall):
    assembly, _amal = hall("Amal", minimum_months=3)
    edit = reverse(Assembly.snippet_viewset.get_url_name("edit"), args=[assembly.pk])
    tier = TierFactory()
    client.post(edit, filled(place="Garden", minimum_months="0", record_day="2026-05-01", tiers=[tier.pk]))
    assembly.refresh_from_db()
    assert (assembly.place, assembly.minimum_months, assembly.record_day) == ("Garden", 3, date(2026, 6, 1))
    assert not assembly.tiers.exists()


def test_an_assembly_with_a_frozen_list_is_not_deleted(client, hall):
    assembly, _amal = hall("Amal")
    client.post(reverse(Assembly.snippet_viewset.get_url_name("delete"), args=[assembly.pk]))
    assert Assembly.objects.filter(pk=assembly.pk).exists()
    other = AssemblyFactory()
    client.post(reverse(Assembly.snippet_viewset.get_url_name("delete"), args=[other.pk]))
    assert not Assembly.objects.filter(pk=other.pk).exists()


# --- The preview


def test_the_preview_tells_who_may_vote_and_why_others_may_not(client, clerk):
    member("Amal")
    member("Basma", starts_on=date(2026, 6, 2))
    assembly = AssemblyFactory()
    answer = client.get(url("_preview", assembly))
    assert (answer.context["voters"], answer.context["others"]) == (1, 1)
    assert answer.context["reasons"] == [("upcoming", "Membership starts later", 1)]
    for query, names in [({"show": "may"}, ["Amal"]), ({"show": "upcoming"}, ["Basma"]), ({"q": "bas"}, ["Basma"])]:
        shown = client.get(url("_preview", assembly), query).context["page"].object_list
        assert [one.contact.given_name for one in shown] == names
    content = b"".join(client.get(url("_preview", assembly), {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert "Basma" in content
    assert "Membership starts later" in content


@pytest.mark.parametrize("page", ["_preview", ""])
def test_a_preview_of_sixty_takes_as_many_queries_as_one_of_two(client, clerk, django_assert_max_num_queries, page):
    tier = TierFactory()
    for number in range(2):
        member(f"Person {number}", tier=tier)
    assembly = AssemblyFactory()
    client.get(url(page, assembly))
    with django_assert_max_num_queries(30) as few:
        client.get(url(page, assembly))
    for number in range(58):
        member(f"Person {number}", tier=tier)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(url(page, assembly)).status_code == 200


# --- Freezing, and the list


def test_freezing_asks_first_and_is_noted(client, clerk):
    member("Amal")
    assembly = AssemblyFactory()
    assert "stays as it is" in client.get(url("_freeze", assembly)).text
    answer = client.post(url("_freeze", assembly), follow=True)
    assembly.refresh_from_db()
    assert assembly.frozen_by == clerk
    assert assembly.fingerprint[:8] in answer.text
    assert ModelLogEntry.objects.filter(action="sanduq.assembly_frozen").count() == 1
    assert client.get(url("_freeze", assembly)).status_code == 302


def test_freezing_too_early_says_so_and_changes_nothing(client, clerk):
    member("Amal")
    assembly = AssemblyFactory(record_day=date(2026, 6, 21), starts_at=datetime(2026, 7, 1, tzinfo=UTC))
    answer = client.post(url("_freeze", assembly))
    assert "The day of record is 21 June 2026" in answer.text
    assert not Voter.objects.exists()


@pytest.mark.parametrize("page", ["_voters", "_desk", "_proxies", ""])
def test_pages_of_forty_voters_take_as_many_queries_as_of_two(client, hall, clerk, django_assert_max_num_queries, page):
    def fill(assembly, lines):
        check_in(lines[0], by=clerk)
        for line in lines[1:]:
            give_proxy(line, lines[0], by=clerk)

    few, *lines = hall("Amal", "Basma", proxies_per_holder=100)
    fill(few, lines)
    address = url(page, few) + "?q=a"
    client.get(address)
    with django_assert_max_num_queries(30) as counted:
        client.get(address)
    many, *lines = hall(*(f"A {number}" for number in range(38)), proxies_per_holder=100)
    fill(many, lines)
    with django_assert_max_num_queries(len(counted.captured_queries)):
        assert client.get(url(page, many) + "?q=a").status_code == 200


def test_the_list_is_searched_filtered_and_taken_along(client, hall, clerk):
    assembly, amal, basma = hall("Amal", "Basma")
    check_in(amal, by=clerk)

    def shown(**query):
        return [voter.name for voter in client.get(url("_voters", assembly), query).context["page"].object_list]

    assert shown() == ["Amal", "Basma"]
    assert (shown(show="in"), shown(show="out"), shown(q="bas"), shown(q=amal.number)) == (
        ["Amal"], ["Basma"], ["Basma"], ["Amal"],
    )  # fmt: skip
    assert shown(show="corrected") == []
    content = b"".join(client.get(url("_voters", assembly), {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert content.splitlines()[0] == "Line,Name,Member number,Tier,Represented by,Correction,Came in,Proxy held by"
    assert content.splitlines()[2] == f"2,Basma,{basma.number},Supporting member,,,,"
    book = b"".join(client.get(url("_voters", assembly), {"export": "xlsx"}).streaming_content)
    assert [row[1].value for row in load_workbook(io.BytesIO(book)).active] == ["Name", "Amal", "Basma"]
    pdf = client.get(url("_voters", assembly), {"export": "pdf"})
    assert pdf.content.startswith(b"%PDF")
    assert BulkRun.objects.filter(action="export").count() == 3


def test_corrections_need_a_reason_and_show_it(client, hall):
    assembly, amal = hall("Amal")
    late = ContactFactory(given_name="Late", family_name="")
    found = client.get(url("_add", assembly), {"q": "late"})
    assert [absence.contact for absence in found.context["absences"]] == [late]
    assert not client.post(url("_add_one", assembly, late), {"reason": " "}).context["form"].is_valid()
    client.post(url("_add_one", assembly, late), {"reason": "By the board"})
    client.post(url("_strike", assembly, amal), {"reason": "Had left"})
    page = client.get(url("_voters", assembly), {"show": "corrected"}).text
    assert "By the board" in page
    assert "Had left" in page
    assert [str(voter) for voter in assembly.voters.standing()] == ["Late"]


def test_a_changed_list_is_told_on_the_page(client, hall):
    assembly, amal = hall("Amal")
    assert "the list is the one that was frozen" in client.get(url("", assembly), {"check": 1}).text
    Voter.objects.filter(pk=amal.pk).update(name="Somebody")
    assert "not the one that was frozen" in client.get(url("", assembly), {"check": 1}).text


# --- The desk


def verdict(answer):
    start = answer.text.find('data-verdict="')
    return answer.text[start:].split('"')[1] if start >= 0 else ""


def card_of(voter):
    card = MemberCardFactory(membership=voter.membership)
    return text_of(card, on=date(2026, 1, 1))


def text_of(card, *, on):
    return signed_address(own_face(card.membership, on=on), f"https://sanduq.example/en/card/{card.token}/", on=on)


def test_a_card_lets_somebody_in_and_the_second_scan_says_since_when(client, hall, clerk):
    assembly, amal = hall("Amal")
    text = card_of(amal)
    first = scan(client, assembly, text)
    assert (verdict(first), Attendance.objects.get().by_card) == ("in", True)
    assert MemberCard.objects.get().token not in first.redirect_chain[-1][0]
    with time_machine.travel(NOW.replace(hour=16)):
        client.force_login(clerk)
        second = scan(client, assembly, text)
    assert verdict(second) == "already"
    assert "since 6:04" in second.text or "since 18:04" in second.text
    assert Attendance.objects.count() == 1


def test_a_reload_after_a_check_in_checks_nobody_in_again(client, hall):
    assembly, amal = hall("Amal")
    address = scan(client, assembly, card_of(amal)).redirect_chain[-1][0]
    client.post(url("_out", assembly, amal))
    assert verdict(client.get(address)) == "may"
    assert not Attendance.objects.standing().exists()


def test_a_name_is_shown_first_and_then_checked_in_and_undone(client, hall):
    assembly, amal, _basma = hall("Amal", "Basma")
    assert verdict(scan(client, assembly, "amal")) == "may"
    assert not Attendance.objects.exists()
    assert verdict(client.post(url("_in", assembly, amal), follow=True)) == "in"
    undone = client.post(url("_out", assembly, amal), follow=True)
    assert (verdict(undone), "The check-in was undone." in undone.text) == ("may", True)


def test_of_several_who_are_called_so_one_is_chosen(client, hall):
    assembly, *_lines = hall("Amal A", "Amal B")
    answer = scan(client, assembly, "amal")
    assert [presence.voter.name for presence in answer.context["presences"]] == ["Amal A", "Amal B"]


@pytest.mark.parametrize("text", ["#", "https://sanduq.example/en/card/aaaaaaaaaaaaaaaaaaaaaa/", "https://x/#y", "://"])
def test_what_is_no_card_of_ours_lets_nobody_in(client, hall, text):
    assembly, _amal = hall("Amal")
    assert verdict(scan(client, assembly, text)) == "card"
    assert not Attendance.objects.exists()


def test_who_is_not_on_the_list_is_told_why(client, hall):
    assembly, _amal = hall("Amal")
    late = member("Late", starts_on=date(2026, 6, 2))
    by_name = scan(client, assembly, "late")
    assert (verdict(by_name), "Membership starts later" in by_name.text) == ("absent", True)
    card = MemberCardFactory(membership=late)
    by_card = scan(client, assembly, text_of(card, on=date(2026, 6, 2)))
    assert (verdict(by_card), "Membership starts later" in by_card.text) == ("absent", True)
    assert verdict(scan(client, assembly, "nobody at all")) == "unknown"


def test_an_old_card_lets_in_with_a_word_of_care(client, clerk):
    old = member("Amal", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    card = MemberCardFactory(membership=old)
    text = text_of(card, on=date(2025, 1, 1))
    TermFactory(membership=old, tier=old.terms.get().tier)
    assembly = freeze(AssemblyFactory(), by=clerk)
    answer = scan(client, assembly, text)
    assert (verdict(answer), "The date on this card has passed" in answer.text) == ("in", True)


def test_nothing_is_lost_when_the_field_is_empty_or_full_of_nonsense(client, hall):
    assembly, _amal = hall("Amal")
    for text in ("", " ", "%_\\'\"<b>", "x" * 5000, "٢٠٢٦", "\u202e\x00"):
        assert scan(client, assembly, text).status_code == 200
    for query in (
        "voter=99999999",
        "who=x,9",
        "lines=,",
        "card=nonsense",
        "in=1",
        "voter=²",
        f"voter={'9' * 40}",
        "q=%00",
    ):
        assert client.get(f"{url('_desk', assembly)}?{query}", follow=True).status_code in {200, 404}


def test_a_proxy_of_nobody_is_no_error(client, hall):
    assembly, amal = hall("Amal", proxies_per_holder=1)
    for giver in ("", "abc", "0", "²"):
        assert client.post(url("_proxy", assembly, amal), {"giver": giver}, follow=True).status_code == 404


def test_a_voter_of_another_assembly_is_not_checked_in_here(client, hall):
    assembly, _amal = hall("Amal")
    _other, *lines = hall("Basma")
    assert client.post(url("_in", assembly, lines[-1]), follow=True).status_code == 404
    assert client.get(url("_desk", assembly), {"voter": lines[-1].pk}, follow=True).status_code == 404
    assert not Attendance.objects.exists()


def test_a_proxy_is_noted_at_the_desk_and_ends_when_the_giver_comes(client, hall, clerk):
    assembly, amal, basma = hall("Amal", "Basma", proxies_per_holder=1, quorum_kind=QuorumKind.NUMBER, quorum_value=2)
    check_in(amal, by=clerk)
    found = client.get(url("_proxy", assembly, amal), {"q": "bas"})
    assert [presence.voter for presence in found.context["presences"]] == [basma]
    noted = client.post(url("_proxy", assembly, amal), {"giver": basma.pk}, follow=True)
    assert "The quorum was reached at" in noted.text
    refused = client.post(url("_proxy", assembly, amal), {"giver": basma.pk}, follow=True)
    assert "has given a proxy to Amal already" in refused.text
    came = client.post(url("_in", assembly, basma), follow=True)
    assert "The proxy held by Amal has ended" in came.text
    assert Proxy.objects.get().withdrawn_by == clerk
    assert "Came in person" in client.get(url("_proxies", assembly)).text


def test_a_proxy_is_taken_back(client, hall, clerk):
    assembly, amal, basma = hall("Amal", "Basma", proxies_per_holder=1)
    check_in(amal, by=clerk)
    proxy = give_proxy(basma, amal, by=clerk)
    client.post(url("_end_proxy", assembly, proxy))
    assert not Proxy.objects.standing().exists()


def test_the_figures_come_as_a_part_of_the_page(client, hall, clerk):
    assembly, amal, _basma = hall("Amal", "Basma", quorum_kind=QuorumKind.SHARE, quorum_value=100)
    check_in(amal, by=clerk)
    part = client.get(url("_quorum", assembly))
    assert "1 more is needed for the quorum." in part.text
    assert "<html" not in part.text
    assert "no-store" in part["Cache-Control"]


def test_once_closed_the_desk_says_so_and_it_can_be_opened_again(client, hall):
    assembly, amal = hall("Amal")
    client.post(url("_close", assembly))
    assert "The check-in is closed." in client.post(url("_in", assembly, amal), follow=True).text
    assert not Attendance.objects.exists()
    client.post(url("_close", assembly), {"open": 1})
    assert verdict(client.post(url("_in", assembly, amal), follow=True)) == "in"
