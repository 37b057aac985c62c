"""Applying for a tier: filled in step by step, sent, answered when something is asked back, withdrawn."""

import uuid
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from checkout.domain.baskets import Payer, basket_for_join, check_join
from checkout.exceptions import ApplicationStateError
from checkout.models import Application, ApplicationEvent, ApplicationState, Basket, EventKind
from checkout.signals import application_link_wanted, application_moved
from members.domain.eligibility import give_up_place, hold_place
from members.exceptions import TierFullError
from members.models import Approval, Contact, Tier, User

# A form that nobody has touched for so long is thrown away.
DRAFTS_KEPT = timedelta(days=30)
# The place on a tier with so many is kept for an applicant until somebody has decided, and then until they have paid.
PLACE_KEPT = timedelta(days=60)

_MAY_BE_WITHDRAWN = {
    ApplicationState.DRAFT,
    ApplicationState.PAYING,
    ApplicationState.WAITING,
    ApplicationState.ASKED,
    ApplicationState.APPROVED,
}


def needs_application(tier: Tier) -> bool:
    """Whether joining `tier` takes more than one form: it asks questions, or somebody has to approve."""
    return tier.approval != Approval.NONE or tier.questions.exists()


def start_application(payer: Payer, *, tier: Tier, form_key: uuid.UUID, on: date) -> Application:
    """Return the application that `payer` begins for `tier`; the same one again for the same form.

    Raises what `check_join` does, before anything more is asked.
    """
    check_join(payer, tier=tier, on=on)
    details = _details(payer)
    application, is_new = Application.objects.get_or_create(form_key=form_key, defaults={"tier": tier, **details})
    return application if is_new else change_details(application, payer, on=on)


def change_details(application: Application, payer: Payer, *, on: date) -> Application:
    """Put what `payer` says now in the place of what was said. Raises ApplicationStateError unless it is a draft."""
    check_join(payer, tier=application.tier, on=on)
    with transaction.atomic():
        application = locked(application, ApplicationState.DRAFT)
        for name, value in _details(payer).items():
            setattr(application, name, value)
        application.save()
    return application


def _details(payer: Payer) -> dict[str, Any]:
    contact = Contact.objects.filter(user=payer.user).first() if payer.user else None
    return {
        "given_name": payer.given_name,
        "family_name": payer.family_name,
        "email": payer.email.lower(),
        "phone": payer.phone,
        "birth_date": payer.birth_date,
        "language": payer.language,
        "user": payer.user,
        "contact": contact,
    }


@transaction.atomic
def save_answers(application: Application, answers: dict[str, Any]) -> Application:
    """Keep `answers`, by the code of the field. Raises ApplicationStateError unless its writer may still write."""
    application = locked(application, ApplicationState.DRAFT, ApplicationState.ASKED)
    application.answers = {code: value for code, value in answers.items() if value not in (None, "")}
    application.save(update_fields=["answers"])
    return application


def ask_for_link(application: Application) -> None:
    """Have the way back to an unfinished application sent to the address in it."""
    application_link_wanted.send_robust(Application, application=application)


@transaction.atomic
def send(
    application: Application,
    *,
    gateway: str,
    on: date,
    currency: str = "",
    code: str = "",
    wants_news: bool = False,
    news_wording: str = "",
) -> Application:
    """Send it off. Where paying comes first it has a basket afterwards; else it waits for the office.

    Raises ApplicationStateError if that was done already, and what `start_join` does.
    """
    application = locked(application, ApplicationState.DRAFT)
    application.approval = application.tier.approval
    application.gateway, application.currency, application.code = gateway, currency, code
    application.wants_news, application.news_wording = wants_news, news_wording if wants_news else ""
    application.sent_at = timezone.now()
    check_join(payer_of(application), tier=application.tier, on=on)
    if application.approval == Approval.BEFORE_PAYING:
        application.state = ApplicationState.WAITING
        hold_place(
            application.tier,
            key=application.form_key,
            at=application.sent_at,
            on=on,
            until=application.sent_at + PLACE_KEPT,
        )
    else:
        application.basket = make_basket(application, on=on)
        application.state = ApplicationState.PAYING
    application.save()
    if application.state == ApplicationState.WAITING:
        note_event(application, EventKind.SENT)
    return application


def make_basket(application: Application, *, on: date) -> Basket:
    """Fill the basket with what joining costs on the day `on`. Raises what quoting does."""
    return basket_for_join(
        payer_of(application),
        tier=application.tier,
        gateway=application.gateway,
        form_key=application.form_key,
        on=on,
        currency=application.currency,
        code=application.code,
    )


def queue_for_decision(application: Application, *, on: date) -> None:
    """It is paid, and somebody has to look at it now. `application` is locked by the caller."""
    _moved(application, ApplicationState.WAITING)
    at = timezone.now()
    with suppress(TierFullError):
        # Its place may be gone if the money took days. Whoever decides will be told.
        hold_place(application.tier, key=application.form_key, at=at, on=on, until=at + PLACE_KEPT)
    note_event(application, EventKind.SENT)


def conclude(application: Application, contact: Contact) -> None:
    """The applicant is a member, on the record of `contact`. `application` is locked by the caller.

    What was answered goes into the record where that says nothing yet: anybody can type anybody's name into a form.
    """
    application.contact = contact
    application.save(update_fields=["contact"])
    _moved(application, ApplicationState.JOINED)
    note_event(application, EventKind.JOINED)
    news = {code: value for code, value in application.answers.items() if code not in contact.custom}
    if news:
        contact.custom = {**contact.custom, **news}
        contact.save(update_fields=["custom"])


@transaction.atomic
def answer(application: Application, text: str) -> Application:
    """Answer what was asked back; the office has it again. Raises ApplicationStateError if nothing was asked."""
    application = _moved(locked(application, ApplicationState.ASKED), ApplicationState.WAITING)
    note_event(application, EventKind.ANSWERED, text=text)
    return application


@transaction.atomic
def withdraw(application: Application) -> Application:
    """Take it back, whatever was paid. Raises ApplicationStateError once it was decided.

    What was paid is given back by `refund_what_came_to_nothing`.
    """
    application = _moved(locked(application, *_MAY_BE_WITHDRAWN), ApplicationState.WITHDRAWN)
    give_up_place(application.form_key)
    note_event(application, EventKind.WITHDRAWN)
    return application


def locked(application: Application, *states: ApplicationState) -> Application:
    """Return `application` as it is now, locked. Raises ApplicationStateError unless it is in one of `states`."""
    # Two who decide at once, or a click sent twice, take turns here.
    found = Application.objects.select_for_update().get(pk=application.pk)
    if found.state not in states:
        raise ApplicationStateError(found.get_state_display())
    return found


def _moved(application: Application, state: ApplicationState) -> Application:
    application.state = state
    application.save(update_fields=["state"])
    return application


def note_event(
    application: Application, kind: EventKind, *, text: str = "", actor: User | None = None
) -> ApplicationEvent:
    """Write down what happened, and tell it once it is certain. Call it inside a transaction."""
    event = ApplicationEvent.objects.create(application=application, kind=kind, text=text, actor=actor)
    transaction.on_commit(lambda: application_moved.send_robust(ApplicationEvent, event=event))
    return event


def payer_of(application: Application) -> Payer:
    """Whoever wrote it, as one who pays."""
    return Payer(
        given_name=application.given_name,
        family_name=application.family_name,
        email=application.email,
        phone=application.phone,
        birth_date=application.birth_date,
        language=application.language,
        wants_news=application.wants_news,
        news_wording=application.news_wording,
        user=application.user,
    )


def forget_old_drafts(*, at: datetime) -> int:
    """Throw away forms that nobody has sent for long, and return how many."""
    _total, rows = Application.objects.filter(state=ApplicationState.DRAFT, created_at__lt=at - DRAFTS_KEPT).delete()
    return rows.get(Application._meta.label, 0)
