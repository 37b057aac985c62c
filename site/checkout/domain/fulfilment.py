"""Granting what was paid for: each line once, whoever calls and however often."""

import logging
from contextlib import suppress
from datetime import date

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from checkout.domain.applications import conclude, queue_for_decision
from checkout.domain.paying import contact_for, donor_of
from checkout.domain.presents import note_paid
from checkout.domain.undoing import gone_with, settled_payments
from checkout.models import DECIDED, Application, ApplicationState, Basket, BasketLine, GiftWish, LineKind
from checkout.signals import basket_fulfilled
from donations.domain.gifts import record_gift
from donations.domain.receipts import ReceiptLine, issue_receipt
from donations.domain.transfers import paid_too_much
from donations.models import Payment, Tribute
from members.domain.concessions import use_code
from members.domain.consent import record_consent
from members.domain.credit import grant_credit, spend_credit
from members.domain.eligibility import give_up_place, hold_place
from members.domain.memberships import join, may_join, membership_of, renew
from members.domain.tier_changes import change_tier
from members.exceptions import (
    AlreadyMemberError,
    AlreadyRenewedError,
    GuardianNeededError,
    MembersError,
    RenewalTooEarlyError,
)
from members.models import Approval, Channel, Contact, CreditReason, Membership, Purpose, Term, Tier

logger = logging.getLogger(__name__)

# Somebody else, or the same person, paid for the term first. The money waits for the next fee.
PAID_TWICE = (AlreadyRenewedError, AlreadyMemberError, RenewalTooEarlyError)


@transaction.atomic
def fulfil(basket: Basket, *, on: date, receipt_on: date | None = None) -> bool:
    """Grant every line of a paid basket and issue its receipt. True if this call did it, False if there was nothing to do.

    The receipt is of the day `on`, unless the day of its writing, `receipt_on`, is a later one.

    A line that a rule forbids by now (somebody else renewed meanwhile) is not lost: the money is receipted and the line
    keeps the reason, for staff to settle with the payer.
    """
    # Webhook, return page and clock may all come at once; they take turns here, and the first one grants. Whoever
    # decides about an application holds it first and its basket then, and so does this.
    application = Application.objects.select_for_update().filter(basket=basket.pk).first()
    basket = Basket.objects.select_for_update().get(pk=basket.pk)
    if basket.fulfilled_at:
        return False
    payments = settled_payments(basket)
    payment = payments[0] if payments else None
    if payment is None and basket.total.amount > 0:
        return False
    if application and application.state in DECIDED:
        return False
    if payment and gone_with(payments):
        return _close_ungranted(basket)
    if application and not _is_to_be_granted(application, on=on):
        return False

    contact = contact_for(basket)
    lines = list(basket.lines.select_related("basket__wish", "tier__branch", "fund", "membership", "concession"))
    for line in lines:
        _grant(line, contact=contact, payment=payment, on=on)
    if payment:
        _grant_gift(basket, lines, contact=contact, payment=payment, on=on)
    if payment:
        _credit_surplus(payment, lines)
        with translation.override(basket.language):
            issue_receipt(
                payment, lines=[ReceiptLine(line.description(), line.amount) for line in lines], on=receipt_on or on
            )
    _record_answer_about_news(basket, contact)
    if application and any(line.term for line in lines):
        conclude(application, contact)
    basket.fulfilled_at = timezone.now()
    basket.save(update_fields=["fulfilled_at"])
    transaction.on_commit(lambda: basket_fulfilled.send_robust(Basket, basket=basket))
    return True


def _is_to_be_granted(application: Application, *, on: date) -> bool:
    """Whether a paid application makes a member. One that somebody has to look at first goes to them now."""
    if application.state == ApplicationState.APPROVED:
        return True
    if application.state != ApplicationState.PAYING:
        return False
    if application.approval == Approval.NONE:
        return True
    queue_for_decision(application, on=on)
    return False


def fulfil_what_is_due(*, on: date) -> int:
    """Fulfil every basket that is paid for and was left ungranted, say by a crash. Returns how many there were."""
    done = 0
    for basket in Basket.objects.owed():
        try:
            done += fulfil(basket, on=on)
        except Exception:
            # One that fails must not keep the others waiting; it is tried again at the next tick.
            logger.exception("A paid basket could not be fulfilled.", extra={"facts": {"basket": str(basket.pk)}})
    return done


def _close_ungranted(basket: Basket) -> bool:
    """The money had gone back before anything was granted for it, so that nothing is; staff see why."""
    reason = gettext("The payment had gone back before this was granted.")
    basket.lines.filter(term=None, gift=None, problem="").update(problem=reason)
    basket.fulfilled_at = timezone.now()
    basket.save(update_fields=["fulfilled_at"])
    return True


def _grant(line: BasketLine, *, contact: Contact, payment: Payment | None, on: date) -> None:
    if line.is_settled or line.kind == LineKind.GIFT:
        return
    if line.kind == LineKind.ADVANCE:
        keep_as_credit(line, contact=contact)
    elif line.kind == LineKind.PRESENT:
        # Its term begins when somebody accepts it.
        if payment:
            note_paid(line.basket, payment)
    elif line.tier:
        try:
            with transaction.atomic():
                line.term = _with_a_place(line, line.tier, contact=contact, on=on)
                use_code(line.basket.form_key, term=line.term)
        except MembersError as refusal:
            line.problem = str(refusal)
            if isinstance(refusal, PAID_TWICE):
                keep_as_credit(line, contact=contact)
    line.save(update_fields=["term", "problem", "credited_to"])


def _grant_gift(basket: Basket, lines: list[BasketLine], *, contact: Contact, payment: Payment, on: date) -> None:
    """What of the basket goes to funds is one gift, meant as its giver wished."""
    given = [line for line in lines if line.kind == LineKind.GIFT and not line.is_settled]
    if not given:
        return
    wish = GiftWish.objects.select_related("appeal", "recurring_gift").get(basket=basket)
    gift = record_gift(
        donor=donor_of(wish, contact),
        payment=payment,
        allocations=[(line.fund, line.amount) for line in given if line.fund],
        on=on,
        recurring=wish.recurring_gift,
        appeal=wish.appeal,
        is_anonymous=wish.is_anonymous,
        message=wish.message,
    )
    if wish.tribute_kind:
        Tribute.objects.create(
            gift=gift,
            kind=wish.tribute_kind,
            honoree=wish.honoree,
            from_name=wish.organisation or basket.payer_name,
            card_name=wish.card_name,
            card_email=wish.card_email,
            card_words=wish.card_words,
            card_on=max(wish.card_on or on, on) if wish.card_email else None,
        )
    for line in given:
        line.gift = gift
        line.save(update_fields=["gift"])


def _with_a_place(line: BasketLine, tier: Tier, *, contact: Contact, on: date) -> Term:
    """Make the term, if there is room for it: what was held may have gone to somebody else if the money took days."""
    after = line.basket.renews
    membership = after.membership if after else membership_of(contact, branch=tier.branch)
    last = membership.last_term if membership else None
    key = line.basket.form_key
    if last is None or last.tier_id != tier.pk:
        hold_place(tier, key=key, at=timezone.now(), on=on)
    term = _next_term(line, tier, contact=contact, on=on)
    give_up_place(key)
    return term


def _credit_surplus(payment: Payment, lines: list[BasketLine]) -> None:
    """What was transferred beyond the fee belongs to the member, for the next one."""
    surplus = paid_too_much(payment)
    term = next((line.term for line in lines if line.term), None)
    if surplus and term:
        grant_credit(term.membership, surplus, reason=CreditReason.OVERPAID, term=term)


def _next_term(line: BasketLine, tier: Tier, *, contact: Contact, on: date) -> Term:
    if line.kind == LineKind.CHANGE and line.membership and line.priced_on:
        # On the day for which it was priced, so that a slow bank takes nothing from what was unused.
        return change_tier(line.membership, tier=tier, on=line.priced_on, paid=line.amount)
    fee = line.amount + line.credit if line.credit else line.amount
    membership = membership_of(contact, branch=tier.branch)
    if after := line.basket.renews:
        # The link renews this membership once, whoever had it and however many of them paid.
        membership = Membership.objects.select_for_update().get(pk=after.membership_id)
        if membership.last_term != after:
            raise AlreadyRenewedError
        term = renew(membership, tier=tier, on=on, fee=fee)
    elif membership is None or may_join(contact, tier=tier, on=on):
        term = join(contact, tier=tier, on=on, fee=fee)
    else:
        term = renew(membership, tier=tier, on=on, fee=fee)
    if line.credit:
        spend_credit(term.membership, line.credit, term=term)
    return term


def keep_as_credit(line: BasketLine, *, contact: Contact) -> None:
    """Let what was paid for a term that stands already wait for the next fee of that membership."""
    after = line.basket.renews
    membership = after.membership if after else membership_of(contact, branch=line.tier.branch if line.tier else None)
    if membership and line.amount.amount:
        grant_credit(membership, line.amount, reason=CreditReason.OVERPAID)
        line.credited_to = membership


def _record_answer_about_news(basket: Basket, contact: Contact) -> None:
    """A ticked box is a yes; an empty one says nothing, since it is no withdrawal of an earlier yes.

    A minor's tick does not count. What was paid for is granted all the same, and nothing is told: anybody can type
    anybody's name into a public form.
    """
    if basket.wants_news:
        with suppress(GuardianNeededError):
            record_consent(
                contact,
                channel=Channel.EMAIL,
                purpose=Purpose.NEWS,
                granted=True,
                wording=basket.news_wording,
                source="checkout",
            )
