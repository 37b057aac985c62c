"""Sending a campaign: who would get it, and then one delivery for each, frozen at that moment."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from members.models import BulkRun, BulkState, Channel, Consent, Contact, Email, User
from outreach.domain.criteria import CHOSEN
from outreach.domain.messages import nudge_worker
from outreach.domain.segments import contacts_in
from outreach.exceptions import CampaignAlreadySentError, CampaignWithoutTextError
from outreach.models import Campaign, CampaignStatus, Delivery, Segment, Suppression

BATCH = 1000


@dataclass(frozen=True)
class Audience:
    """How many a campaign reaches, and why the others are left out."""

    in_segment: int
    without_consent: int
    without_address: int

    @property
    def reached(self) -> int:
        return self.in_segment - self.without_consent - self.without_address


@transaction.atomic
def campaign_to_chosen(contact_ids: list[int], *, name: str, by: User) -> Campaign:
    """Begin a campaign to these contacts, with a segment of its own, and return the draft."""
    run = BulkRun.objects.create(
        action=CHOSEN, contact_ids=contact_ids, done=len(contact_ids), state=BulkState.DONE, user=by
    )
    tree = {"match": "all", "nodes": [{"criterion": "chosen", "value": str(run.pk), "negate": False}]}
    segment = Segment.objects.create(name=name, tree=tree)
    return Campaign.objects.create(name=name, segment=segment)


def audience(campaign: Campaign, *, on: date) -> Audience:
    """Count whom `campaign` would reach if it were sent on the day `on`."""
    everybody = contacts_in(campaign.segment.tree, on=on)
    willing = _willing(everybody, campaign.purpose)
    in_segment, consenting = everybody.count(), willing.count()
    return Audience(
        in_segment=in_segment,
        without_consent=in_segment - consenting,
        without_address=consenting - willing.filter(_has_address()).count(),
    )


@transaction.atomic
def send_campaign(campaign: Campaign, *, at: datetime, on: date) -> int:
    """Freeze the recipients of `campaign` and queue a delivery for each. Returns how many.

    Consent is looked at here, to spare a pointless row, and once more at the moment of sending, which is what counts.
    Raises CampaignAlreadySentError and CampaignWithoutTextError.
    """
    # Two people pressing "Send" take turns here, and the second is told.
    campaign = Campaign.objects.select_for_update().select_related(None).get(pk=campaign.pk)
    if campaign.status != CampaignStatus.DRAFT:
        raise CampaignAlreadySentError
    if not campaign.texts.exists():
        raise CampaignWithoutTextError
    recipients = (
        _willing(contacts_in(campaign.segment.tree, on=on), campaign.purpose)
        .filter(_has_address())
        .order_by("pk")
        .prefetch_related(Prefetch("emails", Email.objects.order_by("-is_primary", "pk")))
    )
    count, addressed = 0, set()
    batch: list[Delivery] = []
    for contact in recipients.iterator(chunk_size=BATCH):
        address = contact.email.lower()
        # A couple who share an address gets one message, not two.
        if address in addressed:
            continue
        addressed.add(address)
        batch.append(_delivery(campaign, contact, at=at))
        count += 1
        if len(batch) == BATCH:
            Delivery.objects.bulk_create(batch)
            batch = []
    Delivery.objects.bulk_create(batch)
    campaign.status = CampaignStatus.SENDING if count else CampaignStatus.SENT
    campaign.started_at = at
    campaign.save(update_fields=["status", "started_at"])
    transaction.on_commit(nudge_worker)
    return count


def _delivery(campaign: Campaign, contact: Contact, *, at: datetime) -> Delivery:
    return Delivery(
        key=f"campaign-{campaign.pk}-{contact.pk}",
        contact=contact,
        address=contact.email,
        language=contact.preferred_language,
        campaign=campaign,
        purpose=campaign.purpose,
        due_at=at,
    )


def _willing(contacts: QuerySet[Contact], purpose: str) -> QuerySet[Contact]:
    yes = Consent.objects.filter(contact=OuterRef("pk"), channel=Channel.EMAIL, purpose=purpose, granted=True)
    return contacts.filter(Exists(yes))


def _has_address() -> Exists:
    reachable = Email.objects.filter(contact=OuterRef("pk")).exclude(address__in=Suppression.objects.values("address"))
    return Exists(reachable)
