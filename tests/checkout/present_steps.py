"""What happens to a present, as tests say it."""

import re
import uuid
from datetime import UTC, datetime

from django.core import mail
from django.test import TestCase
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.present_links import address_token, present_token
from checkout.domain.present_taking import Taker, accept_present
from checkout.domain.presents import found_again, state_of
from checkout.models import Present, PresentState
from donations.domain.events import apply_event, receive_event
from donations.payments.interface import DisputeState, RefundState
from donations.payments.sandbox import compose_dispute, compose_refund
from members.models import Term
from outreach.domain.sending import send_due

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = NOW.date()
FEE = Money(25, "JOD")
LAYLA = {"given_name": "Layla", "family_name": "Haddad", "phone": ""}


def typed(**changes):
    return {
        "recipient_name": "Layla",
        "greeting": "Happy birthday!\nYours, Omar",
        "recipient_language": "en",
        "way": "email",
        "recipient_email": "Layla@people.example",
        "deliver_on": "2026-06-01",
        "given_name": "Omar",
        "family_name": "Saleh",
        "email": "omar@people.example",
        "gateway": "sandbox",
        "form_key": str(uuid.uuid4()),
        **changes,
    }


def give(client, **changes) -> Present:
    answer = client.post("/en/pay/present/give/member/", typed(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Present.objects.latest("pk")


def pay(client, present, answer="succeed"):
    payment = present.basket.attempts.last().payment
    return client.post(f"/en/sandbox/{payment.reference}/", {"answer": answer})


def letters() -> dict[str, list]:
    """What goes out now, by address."""
    mail.outbox.clear()
    send_due(at=timezone.now())
    found: dict[str, list] = {}
    for message in mail.outbox:
        found.setdefault(message.to[0], []).append(message)
    return found


def link_in(message) -> str:
    return re.search(r"https?://[^/]+(/\w\w/pay/present/\S+)", message.body)[1]


def path_of(present) -> str:
    return f"/en/pay/present/{present_token(present)}/"


def proven_path(present, email="layla@people.example") -> str:
    return f"/en/pay/present/mine/{address_token(present, email)}/"


def state(present) -> PresentState:
    return state_of(found_again(present), on=timezone.localdate())


def accept(present, **changes) -> Term:
    taker = Taker(**{**LAYLA, "email": "layla@people.example", "language": "en", **changes})
    with TestCase.captureOnCommitCallbacks(execute=True):
        return accept_present(present, taker, on=timezone.localdate(), at=timezone.now())


def tell(message) -> None:
    body, headers = message
    with TestCase.captureOnCommitCallbacks(execute=True):
        apply_event(receive_event("sandbox", body=body, headers=headers))


def charge_of(present) -> str:
    return present.basket.attempts.first().payment.gateway_charge


def give_back(present, amount=None, at=NOW, number="re_1", is_done="settled") -> None:
    amount = amount or present.basket.total
    tell(compose_refund(RefundState(is_done), at, charge=charge_of(present), amount=amount, number=number))


def dispute(present, how, at=NOW) -> None:
    tell(compose_dispute(DisputeState(how), at, charge=charge_of(present), amount=present.basket.total))
