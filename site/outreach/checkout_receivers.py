"""What somebody is told who applies, pays by bank transfer, is invited, or gives a membership or gets one."""

from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.formats import date_format

from checkout.domain.presents import due_for_delivery
from checkout.models import Application, ApplicationEvent, EventKind, StopReason
from checkout.signals import (
    application_link_wanted,
    application_moved,
    automatic_card_changed,
    automatic_renewal_agreed,
    automatic_renewal_stopped,
    basket_fulfilled,
    present_accepted,
    present_address_given,
    present_link_wanted,
    transfer_awaited,
)
from donations.domain.transfers import transfer_reference
from members.bank import grouped
from members.money import format_money
from members.signals import seat_offered
from outreach.domain import automatic_messages, present_messages
from outreach.domain.addresses import page_url
from outreach.domain.messages import queue_message

# A link may be asked for again after so long; whoever presses the button ten times gets one message.
LINK_EVERY_MINUTES = 10

_TEMPLATES = {
    EventKind.SENT: "application-received",
    EventKind.ASKED: "application-asked",
    EventKind.APPROVED: "application-approved",
    EventKind.DECLINED: "application-declined",
}


@receiver(transfer_awaited)
def send_invoice(basket, payment, **kwargs):
    """Whoever pays by bank transfer takes the facts along."""
    with translation.override(basket.language):
        context = {
            "name": basket.given_name,
            "amount": format_money(payment.amount, basket.language),
            "reference": grouped(transfer_reference(payment)),
            "button_url": page_url("checkout:basket", basket.pk, language=basket.language),
        }
    queue_message(
        "transfer-awaited",
        key=f"transfer-awaited-{payment.pk}",
        contact=basket.contact,
        to=basket.email,
        language=basket.language,
        context=context,
        attachments=[("invoice", payment.pk)],
    )


@receiver(seat_offered)
def send_invitation(invitation, **kwargs):
    """The link with which somebody takes the seat that they are offered."""
    holder = invitation.invited_by or invitation.membership.contact
    with translation.override(invitation.language):
        context = {
            "inviter": holder.short_name,
            "until": date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT"),
            "button_url": page_url("portal:invitation", invitation.pk, language=invitation.language),
        }
    queue_message(
        "seat-invitation",
        key=f"seat-invitation-{invitation.pk}",
        to=invitation.email,
        language=invitation.language,
        context=context,
    )


@receiver(application_link_wanted)
def send_link(application, **kwargs):
    """The way back to what is not finished yet."""
    period = int(timezone.now().timestamp()) // (LINK_EVERY_MINUTES * 60)
    _tell(application, "application-link", key=f"application-link-{application.pk}-{period}")


@receiver(application_moved, sender=ApplicationEvent)
def tell_the_applicant(event, **kwargs):
    """Each step the office takes. Whoever belongs now gets the card instead."""
    application = Application.objects.select_related("tier", "contact", "basket").get(pk=event.application_id)
    template = _TEMPLATES.get(EventKind(event.kind))
    if template is None or (event.kind == EventKind.APPROVED and application.basket.fulfilled_at):
        return
    _tell(application, template, key=f"application-{event.pk}", text=event.text)


def _tell(application: Application, template: str, *, key: str, text: str = "") -> None:
    with translation.override(application.language):
        context = {"name": application.given_name, "tier": str(application.tier.name), "text": text}
        if application.basket:
            context["amount"] = format_money(application.basket.total, application.language)
        page = "checkout:basket" if template == "application-approved" else "checkout:application"
        subject = application.basket_id if template == "application-approved" else application.pk
        context["button_url"] = page_url(page, subject, language=application.language)
    queue_message(
        template,
        key=key,
        contact=application.contact,
        to=application.email,
        language=application.language,
        context=context,
    )


@receiver([automatic_renewal_agreed, automatic_card_changed])
def confirm_automatic_renewal(renewal, **kwargs):
    """Whoever agreed to be charged, or gave another card, has it in writing, with the link to stop it."""
    key = f"{automatic_messages.STARTED}-{renewal.pk}-{renewal.card_id}"
    automatic_messages.queue_about(renewal, automatic_messages.STARTED, key=key, at=timezone.now())


@receiver(automatic_renewal_stopped)
def confirm_that_nothing_is_charged(renewal, **kwargs):
    """So has whoever stopped it. One that failed too often was told so with the failure; the others are gone."""
    if renewal.stop_reason in (StopReason.MEMBER, StopReason.STAFF, StopReason.DISPUTED):
        key = f"{automatic_messages.STOPPED}-{renewal.pk}"
        automatic_messages.queue_about(renewal, automatic_messages.STOPPED, key=key, at=timezone.now())


@receiver(basket_fulfilled)
def deliver_what_is_due(basket, **kwargs):
    """A present that is to be there today goes out as soon as it is paid. Should this fail, the clock sends it."""
    for present in due_for_delivery(timezone.localdate(), basket=basket):
        present_messages.queue_present(present)


@receiver(present_link_wanted)
def send_a_present_again(present, **kwargs):
    """Staff were asked for it."""
    present_messages.queue_again(present)


@receiver(present_address_given)
def send_the_link_that_proves_it(present, email, **kwargs):
    """Whoever has a present on paper says where they read mail."""
    present_messages.queue_address_link(present, email, at=timezone.now())


@receiver(present_accepted)
def tell_the_giver(present, **kwargs):
    """The day of the yes, and nothing else of whose it is."""
    present_messages.queue_accepted(present)
