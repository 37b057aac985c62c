"""What outreach shows on the page of a membership: its reminders of renewing."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from checkout.domain.automatic_rules import renews_by_itself
from members.domain.renewal import awaiting_renewal, schedule_of
from members.memberships.sections import register_section
from members.models import Membership, Term, offset_words, reminder_day
from outreach.domain.recipients import recipients_of
from outreach.domain.reminders import reminder_key
from outreach.models import Delivery


@dataclass(frozen=True)
class ReminderRow:
    """One reminder of a term: when, and what became of it or will."""

    words: str
    day: date
    state: str
    delivery: Delivery | None = None


@register_section
def reminders(request: HttpRequest, membership: Membership) -> SafeString | str:
    """When the member is reminded of renewing the last term, what was sent, and whether they said no."""
    term = membership.last_term
    if term is None or term.is_for_life or term.cut_reason:
        return ""
    answer = membership.not_renewing.filter(term=term, taken_back_at=None).first()
    context = {"rows": _rows(term), "answer": answer}
    return render_to_string("outreach/admin/reminders.html", context, request=request)


def _rows(term: Term) -> list[ReminderRow]:
    today = timezone.localdate()
    offsets = schedule_of(term.tier)
    sent = _sent(term)
    waits = awaiting_renewal(today).filter(pk=term.pk).exists()
    by_card = waits and Term.objects.filter(renews_by_itself(today), pk=term.pk).exists()
    can_be_written_to = waits and bool(recipients_of([term.pk], on=today))
    rows = []
    for offset in sorted({*offsets, *sent}):
        delivery, day = sent.get(offset), reminder_day(term, offset)
        if delivery:
            state = str(delivery.get_state_display())
        elif day < today:
            state = _("not sent")
        elif not waits:
            state = _("will not be sent")
        elif by_card:
            state = _("not needed: renewed by card")
        elif not can_be_written_to:
            state = _("no e-mail address: to be phoned or written to")
        else:
            state = _("planned")
        rows.append(ReminderRow(offset_words(offset), day, state, delivery))
    return rows


def _sent(term: Term) -> dict[int, Delivery]:
    """By the day on which they were due, whatever the schedule is by now."""
    prefix = reminder_key(term.pk, 0).removesuffix("0")
    found = Delivery.objects.filter(key__startswith=prefix)
    return {int(delivery.key.removeprefix(prefix)): delivery for delivery in found}
