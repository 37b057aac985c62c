"""What happens elsewhere, and which message it calls for."""

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from checkout.models import Basket, BasketLine, LineKind, Present, PresentWay
from donations.models import Payment, Receipt
from donations.signals import receipt_issued, recurring_gift_stopped
from members.dates import until_phrase
from members.domain.seats import billing_email
from members.models import Term
from members.money import format_money
from members.signals import term_reinstated, term_started, term_undone
from outreach.domain import present_messages
from outreach.domain.addresses import absolute_url, page_url
from outreach.domain.defaults import create_missing_templates
from outreach.domain.messages import queue_message
from outreach.signals import messages_queued
from outreach.tasks import send_waiting
from surveys.complaints.signals import case_answered
from volunteers.models import SignUpStatus
from volunteers.signals import sign_up_promoted, signed_up


def add_missing_templates(**kwargs):
    """After a migration: any message of ours that has no words yet gets its first ones."""
    create_missing_templates()


@receiver(messages_queued)
def wake_the_worker(**kwargs):
    """Messages go out as soon as a worker is free."""
    send_waiting.enqueue()


@receiver(receipt_issued)
def send_receipt(receipt, **kwargs):
    """The receipt of a payment, with the membership card when dues were part of it."""
    payment = receipt.payment
    if receipt.replaces_id:
        # Whoever was welcomed, or thanked for a present, is not so again: the new paper goes out alone.
        _send_paper(receipt)
        return
    if present := Present.objects.select_related("tier", "basket").filter(basket__attempts__payment=payment).first():
        _thank_for_present(receipt, present)
        return
    terms = list(
        Term.objects.filter(basket_line__basket__attempts__payment=payment).select_related(
            "membership__contact", "tier"
        )
    )
    if terms and _is_paid_by_somebody_else(payment):
        _thank_for_renewing(receipt, terms[0])
        return
    context = _facts_of_receipt(receipt)
    if terms:
        with translation.override(payment.language):
            context.update(_facts_of(terms[0]))
    queue_message(
        "welcome" if terms else "receipt",
        key=f"receipt-{receipt.pk}",
        contact=payment.payer,
        to=payment.payer_email,
        language=payment.language,
        context=context,
        attachments=[("receipt", receipt.pk), *(("card", term.membership_id) for term in terms)],
    )


def _send_paper(receipt: Receipt) -> None:
    payment = receipt.payment
    queue_message(
        "receipt-again",
        key=f"receipt-{receipt.pk}",
        contact=payment.payer,
        to=payment.payer_email,
        language=payment.language,
        context={**_facts_of_receipt(receipt), "old_number": receipt.replaces.label},
        attachments=[("receipt", receipt.pk)],
    )


def _facts_of_receipt(receipt: Receipt) -> dict[str, str]:
    payment = receipt.payment
    with translation.override(payment.language):
        return {
            "name": payment.payer.short_name if payment.payer else payment.payer_name,
            "amount": format_money(receipt.amount, payment.language),
            "number": receipt.label,
            "button_url": absolute_url(reverse("portal:home")),
        }


def _is_paid_by_somebody_else(payment: Payment) -> bool:
    """Whether whoever had the link to renew paid, and wants the receipt at an address that is not the member's."""
    by_link = Basket.objects.filter(attempts__payment=payment, renews__isnull=False).exists()
    own = {email.address.lower() for email in payment.payer.emails.all()} if payment.payer else set()
    return by_link and bool(payment.payer_email) and payment.payer_email.lower() not in own


def _thank_for_renewing(receipt: Receipt, term: Term) -> None:
    """The payer gets the receipt and nothing of the member's; the member gets the card."""
    payment = receipt.payment
    with translation.override(payment.language):
        context = {
            "name": payment.payer_name,
            "amount": format_money(payment.amount, payment.language),
            "number": receipt.label,
            "tier": str(term.tier.name),
        }
    queue_message(
        "renewal-paid",
        key=f"receipt-{receipt.pk}",
        to=payment.payer_email,
        language=payment.language,
        context=context,
        attachments=[("receipt", receipt.pk)],
    )
    _queue_card(term)


def _thank_for_present(receipt: Receipt, present: Present) -> None:
    """The giver gets the receipt, and the voucher if they hand it over. Nothing here is of whose it will be."""
    payment, by_hand = receipt.payment, present.way == PresentWay.HAND
    with translation.override(payment.language):
        context = {
            "name": present.basket.given_name,
            "recipient": present.recipient_name,
            "tier": str(present.tier.name),
            "amount": format_money(payment.amount, payment.language),
            "number": receipt.label,
            "last_day": date_format(present.last_on),
            "button_url": page_url("checkout:basket", present.basket_id, language=payment.language),
        }
    queue_message(
        present_messages.PAID,
        key=f"receipt-{receipt.pk}",
        contact=payment.payer,
        to=payment.payer_email,
        language=payment.language,
        context=context,
        attachments=[("receipt", receipt.pk), *([("voucher", present.pk)] if by_hand else [])],
    )


@receiver(term_started)
def send_card(term, **kwargs):
    """A term that came without a receipt: free, entered by staff, or a present. One that was paid comes with it."""
    line = BasketLine.objects.filter(term=term).first()
    if line is None or not line.amount.amount or line.kind == LineKind.PRESENT:
        _queue_card(term)


def _queue_card(term: Term) -> None:
    contact = term.membership.contact
    with translation.override(contact.preferred_language):
        context = {"button_url": page_url("portal:home", language=contact.preferred_language), **_facts_of(term)}
    queue_message(
        "card",
        key=f"term-{term.pk}",
        contact=contact,
        language=contact.preferred_language,
        context=context,
        attachments=[("card", term.membership_id)],
    )


@receiver(term_undone)
def tell_that_it_ended(term, **kwargs):
    """Whose fee went back learns until when they belong by now, and how to go on."""
    _write_about_money("term-undone", term)


@receiver(term_reinstated)
def tell_that_it_runs(term, **kwargs):
    """Whose payment is ours again after all."""
    _write_about_money("term-reinstated", term)


def _write_about_money(template: str, term: Term) -> None:
    contact = term.membership.contact
    if contact.died_on or contact.erased_at:
        return
    language = contact.preferred_language
    until = term.membership.paid_until or term.ends_on
    with translation.override(language):
        context = {
            "tier": str(term.tier.name),
            "member_number": term.membership.number,
            "until": until_phrase(until),
            "button_url": page_url("portal:home", language=language),
        }
    # The same may happen to a term again, but not twice on one day of its.
    key = f"{template}-{term.pk}-{term.ends_on}"
    queue_message(template, key=key, contact=contact, language=language, context=context)


@receiver(recurring_gift_stopped)
def confirm_that_it_stopped(recurring_gift, **kwargs):
    """A donor who stopped a recurring gift wants it in writing."""
    donor = recurring_gift.donor
    queue_message(
        "recurring-stopped",
        key=f"recurring-stopped-{recurring_gift.pk}",
        contact=donor,
        to=billing_email(donor, on=timezone.localdate()),
        language=donor.preferred_language,
        context={"amount": format_money(recurring_gift.amount, donor.preferred_language)},
    )


@receiver([signed_up, sign_up_promoted])
def confirm_shift(sign_up, **kwargs):
    """A volunteer who has a place, or waits for one, gets it in writing."""
    shift, contact = sign_up.shift, sign_up.contact
    template = "shift-confirmed" if sign_up.status == SignUpStatus.CONFIRMED else "shift-waiting"
    with translation.override(contact.preferred_language):
        context = {
            "shift": str(shift.opportunity.title),
            "when": date_format(timezone.localtime(shift.starts_at), "DATETIME_FORMAT"),
            "place": str(shift.opportunity.place),
        }
    queue_message(
        template,
        key=f"{template}-{sign_up.pk}",
        contact=contact,
        language=contact.preferred_language,
        context=context,
    )


@receiver(case_answered)
def tell_whoever_gave_a_name(case, message, **kwargs):
    """Only that there is an answer: what it says stays on the site, behind the follow-up code."""
    if case.contact is None:
        return
    queue_message(
        "case-answered",
        key=f"case-answered-{message.pk}",
        contact=case.contact,
        language=case.language,
        context={"button_url": page_url("complaints:follow", language=case.language)},
    )


def _facts_of(term: Term) -> dict[str, str]:
    return {
        "tier": str(term.tier.name),
        "member_number": term.membership.number,
        "until": until_phrase(term.ends_on),
    }
