"""The staff's lists ask the database at most 25 times, and as often for three rows as for one."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.snippets.models import get_snippet_models

from dashboard.domain.roles import OURS
from donations.models import PaymentEvent
from members.domain.consent import record_consent
from members.models import BulkRun, Channel, Purpose
from outreach.models import MessageTemplate, Suppression
from tests.factories.assemblies import AssemblyFactory
from tests.factories.checkout import ApplicationFactory
from tests.factories.complaints import CaseFactory, CaseMessageFactory, CategoryFactory
from tests.factories.directory import DirectoryEntryFactory
from tests.factories.donations import (
    AppealFactory,
    FundFactory,
    GiftFactory,
    MetalPriceFactory,
    PaymentFactory,
    ReceiptFactory,
    RecurringGiftFactory,
    RefundFactory,
)
from tests.factories.members import (
    BranchFactory,
    ConcessionFactory,
    ContactFactory,
    EmailFactory,
    RenewalReminderFactory,
    TermFactory,
    TierFactory,
)
from tests.factories.outreach import CampaignTextFactory, DeliveryFactory, SegmentFactory
from tests.factories.papers import LetterTemplateFactory
from tests.factories.people import CustomFieldFactory, RelationshipTypeFactory, TagFactory
from tests.factories.presents import PresentFactory
from tests.factories.surveys import ServiceFactory, SurveyFactory
from tests.factories.volunteers import HoursEntryFactory, ShiftFactory, SignUpFactory

pytestmark = pytest.mark.django_db

MOST_QUERIES = 25


def a_contact():
    TermFactory(membership__contact=EmailFactory().contact)


def a_consent():
    record_consent(ContactFactory(), channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="test")


def an_event():
    number = PaymentEvent.objects.count()
    payment = PaymentFactory(settled=True, payer=ContactFactory())
    PaymentEvent.objects.create(
        gateway="sandbox", event_id=f"event{number}", kind="paid", payment=payment, happened_at=timezone.now()
    )


def a_case():
    case = CaseFactory(contact=ContactFactory(), service=ServiceFactory())
    CaseMessageFactory(case=case)


def a_survey():
    SurveyFactory(questions=2, service=ServiceFactory())


def a_template():
    number = MessageTemplate.objects.count()
    MessageTemplate.objects.create(key=f"letter{number}", language="en", subject="A letter", body="<p>Good day.</p>")


def a_suppression():
    Suppression.objects.create(address=f"gone{Suppression.objects.count()}@people.example", reason="bounced")


# What makes one more row of each list, with all that its columns show.
ADD_ONE = {
    "members.Contact": a_contact,
    "members.Membership": TermFactory,
    "members.Term": TermFactory,
    "members.Tier": TierFactory,
    "checkout.Application": ApplicationFactory,
    "checkout.Present": PresentFactory,
    "members.Branch": BranchFactory,
    "members.Concession": ConcessionFactory,
    "members.RenewalReminder": RenewalReminderFactory,
    "members.ConsentEvent": a_consent,
    "members.DirectoryEntry": DirectoryEntryFactory,
    "members.Assembly": AssemblyFactory,
    "members.LetterTemplate": LetterTemplateFactory,
    "members.Tag": TagFactory,
    "members.CustomField": CustomFieldFactory,
    "members.RelationshipType": RelationshipTypeFactory,
    "donations.Fund": FundFactory,
    "donations.Appeal": AppealFactory,
    "donations.MetalPrice": MetalPriceFactory,
    "donations.Gift": lambda: GiftFactory(recurring_gift=RecurringGiftFactory(), appeal=AppealFactory()),
    "donations.Payment": lambda: RefundFactory(payment__payer=ContactFactory()),
    "donations.PaymentEvent": an_event,
    "donations.Receipt": lambda: ReceiptFactory(payment__payer=ContactFactory()),
    "donations.RecurringGift": RecurringGiftFactory,
    "surveys.Service": ServiceFactory,
    "surveys.Survey": a_survey,
    "complaints.Case": a_case,
    "complaints.Category": CategoryFactory,
    "volunteers.Opportunity": ShiftFactory,
    "volunteers.Shift": SignUpFactory,
    "volunteers.SignUp": SignUpFactory,
    "volunteers.HoursEntry": HoursEntryFactory,
    "outreach.Campaign": CampaignTextFactory,
    "outreach.Segment": SegmentFactory,
    "outreach.MessageTemplate": a_template,
    "outreach.Delivery": DeliveryFactory,
    "outreach.Suppression": a_suppression,
}
LISTS = {model._meta.label: model for model in get_snippet_models() if model._meta.app_label in OURS}


def test_every_list_of_ours_is_counted():
    assert set(LISTS) == set(ADD_ONE)


@pytest.mark.parametrize("label", ADD_ONE)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(staff, label, django_assert_max_num_queries):
    client = staff("administrator")
    model = LISTS[label]
    url = reverse(model.snippet_viewset.get_url_name("list"))
    ADD_ONE[label]()
    client.get(url)
    with django_assert_max_num_queries(MOST_QUERIES) as one:
        client.get(url)
    before = model.objects.count()
    ADD_ONE[label]()
    ADD_ONE[label]()
    assert model.objects.count() >= before + 2
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(url)


@pytest.mark.parametrize("label", ADD_ONE)
def test_every_list_prints_and_can_be_taken_along(staff, label):
    client = staff("administrator")
    model = LISTS[label]
    url = reverse(model.snippet_viewset.get_url_name("list"))
    ADD_ONE[label]()
    assert "<table>" in client.get(url, {"print": "1"}).text
    for file_format in ("csv", "xlsx"):
        answer = client.get(url, {"export": file_format})
        assert answer.status_code == 200
        assert len(b"".join(answer.streaming_content)) > 10
    assert BulkRun.objects.filter(action="export").count() == 2
