"""Renewing and changing tiers as bulk actions: what a run keeps, how each batch is done, what came of it, how it is undone."""

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy, ngettext

from checkout.domain.bulk_dues import Kind, Way, Wish, carry_out_wish
from checkout.domain.paying import payment_of
from checkout.exceptions import CheckoutError
from checkout.models import Basket
from donations.domain.transfers import call_off_transfer
from donations.exceptions import DonationsError
from members.domain.bulk import BulkVerb, register_verb, start_bulk
from members.domain.eligibility import give_up_place
from members.domain.undoing import withdraw_term
from members.exceptions import MembersError
from members.models import BulkRun, Membership, Term, Tier, User

BATCH = 20
# What became of one membership, in the run's journal beside the key of its basket.
GRANTED, INVOICED = "granted", "invoiced"


def start_dues(wish: Wish, *, memberships: Iterable[Membership], by: User, language: str) -> BulkRun:
    """Note what is to be done with these memberships, and return it; the worker does it. Refusals are in `language`."""
    rows = [(membership.pk, membership.contact_id) for membership in memberships]
    values: dict[str, Any] = {
        "memberships": sorted(pk for pk, _contact in rows),
        "tier": wish.tier.pk if wish.tier else None,
        "way": wish.way.value,
        "reason": wish.reason,
        "language": language,
    }
    return start_bulk(wish.kind.value, contact_ids=(contact for _pk, contact in rows), values=values, by=by)


def _apply(run: BulkRun, ids: list[int]) -> list:
    chosen, wish = set(run.values["memberships"]), _wish_of(run)
    memberships = Membership.objects.filter(contact__in=ids).select_related("contact", "branch").order_by("pk")
    journal = []
    with translation.override(run.values["language"]):
        for membership in memberships:
            if membership.pk not in chosen:
                continue
            try:
                basket = _carry_out(run, membership, wish)
            except (MembersError, CheckoutError, DonationsError) as refusal:
                run.refusals.append([membership.contact_id, str(refusal)])
            else:
                journal.append([GRANTED if basket.fulfilled_at else INVOICED, str(basket.pk)])
    return journal


def _carry_out(run: BulkRun, membership: Membership, wish: Wish) -> Basket:
    # Known by run and membership, so that nothing is done twice when two contacts of a run are merged meanwhile.
    form_key = uuid.uuid5(uuid.NAMESPACE_OID, f"sanduq bulk {run.pk} {membership.pk}")
    return carry_out_wish(membership, wish, on=timezone.localdate(), form_key=form_key, by=run.user)


def _wish_of(run: BulkRun) -> Wish:
    values = run.values
    tier = Tier.objects.select_related("branch").get(pk=values["tier"]) if values["tier"] else None
    return Wish(Kind(run.action), tier, Way(values["way"]), values["reason"])


def _outcome(run: BulkRun) -> list[str]:
    counts = Counter(state for state, _basket in run.journal)
    granted, invoiced, refused = counts[GRANTED], counts[INVOICED], len(run.refusals)
    sentences = [
        ngettext("%(count)s term granted at once.", "%(count)s terms granted at once.", granted) % {"count": granted},
        ngettext(
            "%(count)s invoice sent; the term is granted when it is paid.",
            "%(count)s invoices sent; each term is granted when its invoice is paid.",
            invoiced,
        )
        % {"count": invoiced},
        ngettext("%(count)s refused by a rule.", "%(count)s refused by a rule.", refused) % {"count": refused},
    ]
    return [sentence for sentence, count in zip(sentences, (granted, invoiced, refused), strict=True) if count]


def _undo(run: BulkRun, journal: list) -> None:
    """Take back what nobody has paid for: invoices are called off, and terms that cost nothing are as if never granted."""
    baskets = Basket.objects.in_bulk([uuid.UUID(pk) for _state, pk in journal])
    for basket in baskets.values():
        payment = payment_of(basket)
        if payment:
            if call_off_transfer(payment, at=timezone.now()):
                give_up_place(basket.form_key)
        elif basket.fulfilled_at and run.action == Kind.RENEW:
            for term in Term.objects.filter(basket_line__basket=basket):
                withdraw_term(term, by=run.user)


def register() -> None:
    """Let memberships be renewed and moved in bulk."""
    for kind, label in (
        (Kind.RENEW, gettext_lazy("Renew memberships")),
        (Kind.CHANGE, gettext_lazy("Change the tier")),
    ):
        register_verb(kind.value, BulkVerb(label, _apply, _undo, _outcome, BATCH))
