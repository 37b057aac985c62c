"""How many letters of a campaign go out a second, against prebuilt bytes to the same sink. Runs inside the bench's site."""

import smtplib
import time

from django.conf import settings
from django.core import mail
from django.utils import timezone

from members.domain.consent import record_consent
from members.models import Channel, Contact, Email, Purpose
from outreach.domain.campaigns import send_campaign
from outreach.domain.letters import letter_for
from outreach.domain.sending import send_due
from outreach.models import Campaign, CampaignText, DeliveryState, Segment


def measure(*, letters: int, rounds: int) -> None:
    """Send `letters` by a campaign and as many by hand, in turn, and print both rates of each round."""
    for number in range(letters):
        contact = Contact.objects.create(given_name="Layla", family_name=f"Haddad {number}", preferred_language="ar")
        Email.objects.create(contact=contact, address=f"reader{number}@bench.example", is_primary=True)
        record_consent(contact, channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="bench")
    for _round in range(rounds):
        ours, sample = by_campaign()
        print(f"RATES {ours} {by_hand(sample, letters)}")


def by_campaign() -> tuple[float, bytes]:
    """Letters a second through consent, rendering, delivery table and SMTP; and one of the letters as bytes."""
    segment = Segment.objects.create(name="Bench", tree={"match": "all", "nodes": []})
    campaign = Campaign.objects.create(name="Bench", segment=segment, purpose=Purpose.NEWS)
    for text in CampaignText.objects.filter(campaign=Campaign.objects.order_by("pk").first()):
        CampaignText.objects.create(campaign=campaign, language=text.language, subject=text.subject, body=text.body)
    now = timezone.now()
    send_campaign(campaign, at=now, on=timezone.localdate())
    waiting = campaign.deliveries.filter(state=DeliveryState.QUEUED)
    sample = letter_for(waiting.first(), connection=mail.get_connection()).message().as_bytes()
    start = time.perf_counter()
    sent = send_due(at=timezone.now())
    seconds = time.perf_counter() - start
    if waiting.exists() or sent < 1:
        raise RuntimeError("Not every letter of the bench went out.")
    return sent / seconds, sample


def by_hand(letter: bytes, letters: int) -> float:
    """The floor: the same bytes again and again on one connection."""
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=20) as connection:
        start = time.perf_counter()
        for number in range(letters):
            connection.sendmail("hello@sanduq.example", [f"reader{number}@bench.example"], letter)
        return letters / (time.perf_counter() - start)
