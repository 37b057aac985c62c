"""What baskets hold about people, also those that nobody paid for."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkout.domain.automatic import stop
from checkout.domain.presents import state_of, waiting_presents
from checkout.models import (
    UNDECIDED,
    Application,
    ApplicationEvent,
    AutomaticCharge,
    AutomaticRenewal,
    AutomaticRequest,
    Basket,
    BasketLine,
    GiftWish,
    LineKind,
    Present,
    PresentState,
    StopReason,
)
from donations.holdings import cards_to
from members.domain.holdings import Holding, OnErasure, Person, any_of, register, withhold
from members.models import Contact, Term
from members.names import normalise_name


def left_baskets(person: Person) -> Q | None:
    """Baskets that were filled and left, before anybody knew whose they were: by an address of the person's own,
    or by a shared one together with the name.
    """
    return _left(Basket, person, name=lambda basket: basket.payer_name)


def left_applications(person: Person) -> Q | None:
    """Applications that were filled in before anybody knew whose they were, found as baskets are."""
    return _left(Application, person, name=lambda application: application.applicant_name)


def _left(model: type[Model], person: Person, *, name: Callable[[Any], str]) -> Q | None:
    pks: list = []
    if (own := any_of("email", person.own_emails)) is not None:
        pks += model._default_manager.filter(own, contact=None).values_list("pk", flat=True)
    if (shared := any_of("email", person.shared_emails)) is not None:
        rows = model._default_manager.filter(shared, contact=None)
        pks += [row.pk for row in rows if normalise_name(name(row)) == person.folded_name]
    return Q(pk__in=pks) if pks else None


def wishes_of_left_baskets(person: Person) -> Q | None:
    """How a gift was meant in such a basket, and cards that were to go to an address of the person's own."""
    found = cards_to(person)
    if (left := left_baskets(person)) is not None:
        in_left = Q(basket__in=Basket.objects.filter(left).values("pk"))
        found = in_left if found is None else found | in_left
    return found


def stop_renewals(contact: Contact) -> None:
    """Nothing is charged by itself for somebody who is erased."""
    for renewal in AutomaticRenewal.objects.in_force().filter(membership__contact=contact):
        stop(renewal, reason=StopReason.ERASED, at=timezone.now())


def awaited_presents(person: Person) -> Q | None:
    """Presents for the person that they have not accepted yet, by an address of their own."""
    own = any_of("recipient_email", person.own_emails)
    return None if own is None else own & Q(contact=None)


def present_is_under_way(contact: Contact) -> str:
    """What somebody paid for another person is still owed: the name in it is the giver's as long as it can be accepted."""
    today = timezone.localdate()
    given = waiting_presents(today).filter(basket__contact=contact)
    if any(state_of(present, on=today) in (PresentState.READY, PresentState.HELD) for present in given):
        return _("A membership that they gave as a present can still be accepted. Give the money back first, or wait.")
    return ""


def _present_is_over(path: str = "") -> Q:
    """There is no present, or nobody can accept it any more: it was accepted, or its last day is past."""
    past = Q(**{f"{path}last_on__lt": TruncDate(Now())})
    over = Q(**{f"{path}accepted_at__isnull": False}) | past
    return over | Q(**{f"{path.removesuffix('__')}__isnull": True}) if path else over


def declare() -> None:
    """Called once, when the app is ready."""
    # What a present cost is between the giver and us.
    withhold(Term, "fee", Q(basket_line__kind=LineKind.PRESENT))
    register(
        Holding(
            Basket,
            gettext_lazy("Baskets"),
            loose=left_baskets,
            shows=(
                "created_at",
                "given_name",
                "family_name",
                "email",
                "phone",
                "birth_date",
                "wants_news",
                "fulfilled_at",
            ),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("It belongs to a payment in the books; the name and address in it go."),
            blank={
                "given_name": "",
                "family_name": "",
                "email": "",
                "phone": "",
                "birth_date": None,
                "news_wording": "",
            },
            age="created_at",
            ripe=(Q(fulfilled_at__isnull=False) & _present_is_over("present__"))
            | ~Q(attempts__payment__status__in=("pending", "settled")),
        ),
        Holding(
            Application,
            gettext_lazy("Applications"),
            paths=("contact", "basket__contact"),
            loose=left_applications,
            shows=(
                "created_at",
                "sent_at",
                "tier",
                "state",
                "given_name",
                "family_name",
                "email",
                "phone",
                "birth_date",
                "answers",
                "wants_news",
            ),
            age="created_at",
            ripe=~Q(state__in=UNDECIDED),
        ),
        Holding(
            ApplicationEvent,
            gettext_lazy("What happened to applications"),
            paths=("application__contact", "application__basket__contact"),
            shows=("happened_at", "kind", "text"),
            is_pruned=False,
        ),
        Holding(
            BasketLine,
            gettext_lazy("What was in baskets"),
            paths=("basket__contact",),
            shows=("kind", "amount", "tier", "fund"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("It belongs to a payment in the books."),
            blank={"problem": ""},
        ),
        Holding(
            GiftWish,
            gettext_lazy("How gifts were meant"),
            paths=("basket__contact",),
            loose=wishes_of_left_baskets,
            shows=(
                "interval",
                "appeal",
                "is_anonymous",
                "organisation",
                "message",
                "honoree",
                "card_name",
                "card_email",
                "card_words",
            ),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("It belongs to a payment in the books; names, addresses and words go."),
            blank={
                "organisation": "",
                "message": "",
                "honoree": "",
                "card_name": "",
                "card_email": "",
                "card_words": "",
            },
        ),
        Holding(
            Present,
            gettext_lazy("Memberships as presents"),
            paths=("contact", "basket__contact"),
            loose=awaited_presents,
            shows=(
                "tier",
                "recipient_name",
                "greeting",
                "way",
                "recipient_email",
                "deliver_on",
                "last_on",
                "accepted_at",
            ),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("It belongs to a payment in the books; name, address and greeting go."),
            blank={"recipient_name": "", "greeting": "", "recipient_email": ""},
            refusal=present_is_under_way,
            age="basket__created_at",
            ripe=_present_is_over() | ~Q(basket__attempts__payment__status__in=("pending", "settled")),
        ),
        Holding(
            AutomaticRenewal,
            gettext_lazy("Automatic renewals"),
            paths=("membership__contact",),
            shows=("membership", "wording", "agreed_at", "stopped_at", "stop_reason"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("What was agreed to belongs to payments in the books; the card goes."),
            before=stop_renewals,
        ),
        Holding(
            AutomaticRequest,
            gettext_lazy("Requests for automatic renewal"),
            paths=("membership__contact", "basket__contact", "setup__contact"),
            shows=("asked_at", "wording"),
        ),
        Holding(
            AutomaticCharge,
            gettext_lazy("Automatic charges"),
            paths=("renewal__membership__contact",),
            shows=("amount", "charge_on", "state", "failure"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("It belongs to a payment in the books."),
        ),
    )
