"""What baskets hold about people, also those that nobody paid for."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from checkout.models import Basket, BasketLine
from members.domain.holdings import Holding, OnErasure, Person, any_of, register
from members.names import normalise_name


def left_baskets(person: Person) -> Q | None:
    """Baskets that were filled and left, before anybody knew whose they were: by an address of the person's own,
    or by a shared one together with the name.
    """
    pks: list = []
    if (own := any_of("email", person.own_emails)) is not None:
        pks += Basket.objects.filter(own, contact=None).values_list("pk", flat=True)
    if (shared := any_of("email", person.shared_emails)) is not None:
        baskets = Basket.objects.filter(shared, contact=None)
        pks += [basket.pk for basket in baskets if normalise_name(basket.payer_name) == person.folded_name]
    return Q(pk__in=pks) if pks else None


def declare() -> None:
    """Called once, when the app is ready."""
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
            ripe=Q(fulfilled_at__isnull=False) | ~Q(attempts__payment__status__in=("pending", "settled")),
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
    )
