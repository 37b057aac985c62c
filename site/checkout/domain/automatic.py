"""Automatic renewal by card: agreeing to it, giving another card, stopping it.

Stopping holds from the same moment: whatever was announced is dropped in one transaction with it, and what is about to be
charged asks once more right before it asks the gateway.
"""

from datetime import date, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from checkout.domain.automatic_rules import NOTICE_DAYS
from checkout.models import (
    AutomaticRenewal,
    AutomaticRequest,
    Basket,
    ChargeState,
    DropReason,
    StopReason,
)
from checkout.signals import automatic_card_changed, automatic_renewal_agreed, automatic_renewal_stopped
from donations.domain.cards import open_setup, remove_card
from donations.models import CardRemoval, SavedCard
from donations.payments.registry import card_keepers
from members.domain.fees import rates_of
from members.domain.terms import end_of_term
from members.models import FOR_LIFE, DecisionKind, Membership, MembershipDecision, Term, Tier, User

# A salt of its own: nothing else that we sign can be used as a link, and no link for anything else.
_signer = signing.Signer(salt="checkout.automatic_renewal_link")


def wording() -> str:
    """The words to agree to, in the active language."""
    sentence = _(
        "Renew my membership with this card whenever its term ends. You write to me at least %(days)s days before each "
        "payment, and I can stop this at any time."
    )
    return sentence % {"days": NOTICE_DAYS}


def can_be_offered(tier: Tier, *, on: date) -> bool:
    """Whether somebody who pays for `tier` may be asked: it has to end one day, cost something, and a card to be kept."""
    return bool(rates_of(tier).renewal_price.amount) and end_of_term(on, tier=tier) != FOR_LIFE and bool(card_keepers())


def renewal_of(membership: Membership) -> AutomaticRenewal | None:
    """Return the automatic renewal of `membership` that is in force, if there is one."""
    return AutomaticRenewal.objects.in_force().filter(membership=membership).select_related("card").first()


# --- Asking for it ----------------------------------------------------------------------------


@transaction.atomic
def ask_with_basket(basket: Basket, *, words: str, by: User | None) -> AutomaticRequest:
    """Note that whoever filled `basket` ticked the box with these `words`. It holds once the gateway keeps the card.

    Ask before the payment is begun. Asked again for the same basket it is the same.
    """
    request, _is_new = AutomaticRequest.objects.get_or_create(
        basket=basket,
        defaults={"wording": words, "language": basket.language, "asked_at": timezone.now(), "asked_by": by},
    )
    return request


@transaction.atomic
def ask_with_setup(
    membership: Membership, *, gateway: str, words: str, language: str, by: User | None
) -> AutomaticRequest:
    """Note that a card is to be given for `membership` without paying, for a first time or in place of another.

    Raises GatewayRefusedError where `gateway` keeps no cards.
    """
    setup = open_setup(membership.contact, gateway=gateway, language=language)
    return AutomaticRequest.objects.create(
        setup=setup, membership=membership, wording=words, language=language, asked_at=timezone.now(), asked_by=by
    )


@transaction.atomic
def honour(request: AutomaticRequest) -> AutomaticRenewal | None:
    """Let an asked-for renewal hold, now that the gateway keeps the card; None as long as it does not, or if it cannot.

    Called again it does nothing. A card that is of no use is removed at once.
    """
    request = AutomaticRequest.objects.select_for_update().get(pk=request.pk)
    if request.closed_at:
        return None
    card = _card_of(request)
    if card is None:
        return None
    membership = request.membership or _membership_paid_by(request)
    if membership is None:
        if request.basket and request.basket.fulfilled_at:
            _close(request, unused=card)
        return None
    # Agreeing, stopping and charging of one membership take turns.
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    renewal = renewal_of(membership)
    if renewal is None:
        renewal = _agree(membership, card, request)
    elif request.setup or _is_the_member(request, membership):
        change_card(renewal, card)
    else:
        # Anybody can type a member's name into the form for joining; their card takes the place of nobody's.
        _close(request, unused=card)
        return None
    _close(request)
    return renewal


def _card_of(request: AutomaticRequest) -> SavedCard | None:
    standing = SavedCard.objects.standing()
    if request.setup_id:
        return standing.filter(setup=request.setup_id).first()
    return standing.filter(payment__attempt__basket=request.basket_id).first()


def _membership_paid_by(request: AutomaticRequest) -> Membership | None:
    term = Term.objects.filter(basket_line__basket=request.basket_id).select_related("membership").first()
    return term.membership if term else None


def _is_the_member(request: AutomaticRequest, membership: Membership) -> bool:
    return request.asked_by_id is not None and request.asked_by_id == membership.contact.user_id


def _agree(membership: Membership, card: SavedCard, request: AutomaticRequest) -> AutomaticRenewal:
    renewal = AutomaticRenewal.objects.create(
        membership=membership,
        card=card,
        wording=request.wording,
        language=request.language,
        agreed_at=request.asked_at,
        agreed_by=request.asked_by,
    )
    log(
        membership.contact,
        "sanduq.automatic_renewal_agreed",
        user=request.asked_by,
        data={"membership": membership.number},
    )
    transaction.on_commit(lambda: automatic_renewal_agreed.send_robust(AutomaticRenewal, renewal=renewal))
    return renewal


def _close(request: AutomaticRequest, *, unused: SavedCard | None = None) -> None:
    request.closed_at = timezone.now()
    request.save(update_fields=["closed_at"])
    if unused:
        remove_card(unused, reason=CardRemoval.UNUSED, at=request.closed_at)


def honour_what_waits() -> int:
    """Take up the requests whose card came and which a crash left lying. Returns how many hold now."""
    came = Q(setup__card__isnull=False) | Exists(
        SavedCard.objects.standing().filter(payment__attempt__basket=OuterRef("basket"))
    )
    waiting = AutomaticRequest.objects.filter(came, closed_at=None)
    return sum(honour(request) is not None for request in waiting)


# --- Another card -----------------------------------------------------------------------------


@transaction.atomic
def change_card(renewal: AutomaticRenewal, card: SavedCard) -> None:
    """Charge `card` from now on. A charge that the old card declined is tried again the day after with the new one."""
    Membership.objects.select_for_update().get(pk=renewal.membership_id)
    renewal.refresh_from_db()
    old = renewal.card
    if renewal.stopped_at or old == card:
        return
    renewal.card = card
    renewal.save(update_fields=["card"])
    remove_card(old, reason=CardRemoval.REPLACED, at=timezone.now())
    tomorrow = timezone.localdate() + timedelta(days=1)
    renewal.charges.filter(state=ChargeState.FAILED).update(retry_on=tomorrow)
    log(renewal.membership.contact, "sanduq.automatic_card_changed", data={"membership": renewal.membership.number})
    transaction.on_commit(lambda: automatic_card_changed.send_robust(AutomaticRenewal, renewal=renewal))


# --- Stopping ---------------------------------------------------------------------------------


@transaction.atomic
def stop(renewal: AutomaticRenewal, *, reason: StopReason, at: datetime, by: User | None = None) -> bool:
    """Charge nothing by itself any more, from this moment on, and let the card go. Returns whether it was in force.

    What was announced is dropped. What is at the gateway already cannot be called back: see `is_under_way`.
    """
    Membership.objects.select_for_update().get(pk=renewal.membership_id)
    stopped = AutomaticRenewal.objects.in_force().filter(pk=renewal.pk).update(stopped_at=at, stop_reason=reason)
    renewal.refresh_from_db()
    if not stopped:
        return False
    reasons = {StopReason.FAILED: DropReason.DECLINED}
    renewal.charges.filter(state__in=[ChargeState.WAITING, ChargeState.FAILED]).update(
        state=ChargeState.DROPPED, drop_reason=reasons.get(reason, DropReason.STOPPED), retry_on=None
    )
    remove_card(renewal.card, reason=_REMOVALS.get(reason, CardRemoval.UNUSED), at=at)
    data = {"membership": renewal.membership.number, "why": str(reason)}
    log(renewal.membership.contact, "sanduq.automatic_renewal_stopped", user=by, data=data)
    transaction.on_commit(lambda: automatic_renewal_stopped.send_robust(AutomaticRenewal, renewal=renewal))
    return True


_REMOVALS = {StopReason.MEMBER: CardRemoval.MEMBER, StopReason.ERASED: CardRemoval.ERASED}


def is_under_way(renewal: AutomaticRenewal) -> bool:
    """Whether a payment has begun that cannot be called back any more."""
    return renewal.charges.filter(state=ChargeState.CHARGING).exists()


def stop_where_the_membership_ended(*, on: date, at: datetime) -> int:
    """Stop what belongs to memberships that are over: left, died, erased, or out of grace. Returns how many."""
    over = MembershipDecision.objects.in_force_on(on).filter(
        membership=OuterRef("membership"), kind=DecisionKind.CANCELLED
    )
    gone = Q(membership__contact__died_on__isnull=False) | Q(membership__contact__erased_at__isnull=False)
    paid = Term.objects.filter(membership=OuterRef("membership"), ends_on__gte=on)
    found = AutomaticRenewal.objects.in_force().filter(Exists(over) | gone | ~Exists(paid))
    return sum(
        stop(renewal, reason=StopReason.ENDED, at=at)
        for renewal in found.select_related("membership__contact", "card")
        if _is_over(renewal, on=on)
    )


def _is_over(renewal: AutomaticRenewal, *, on: date) -> bool:
    last = renewal.membership.last_term
    decided = renewal.membership.decisions.in_force_on(on).filter(kind=DecisionKind.CANCELLED).exists()
    contact = renewal.membership.contact
    return bool(decided or contact.died_on or contact.erased_at or last is None or last.grace_until < on)


# --- Links ------------------------------------------------------------------------------------


def stop_token(renewal: AutomaticRenewal) -> str:
    """Return the token of the link with which it is stopped, or its card changed, without logging in."""
    return _signer.sign_object([renewal.pk])


def read_token(token: str) -> AutomaticRenewal | None:
    """Return what `token` is about, in force or not. None for a broken one, and when the member was erased."""
    try:
        [number] = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = AutomaticRenewal.objects.filter(pk=number, membership__contact__erased_at=None)
    return found.select_related("membership__contact", "card").first()
