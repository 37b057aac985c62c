"""What staff and people had to do with each other, and what is to be done next."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from members.models import Interaction, User


def follow_ups_of(user: User) -> QuerySet[Interaction]:
    """What `user` has still to do, the most urgent first."""
    open_ones = Interaction.objects.open_follow_ups().filter(owner=user, contact__erased_at=None)
    return open_ones.select_related("contact").order_by("follow_up_on", "pk")


@transaction.atomic
def finish_follow_up(interaction: Interaction, *, on: date, outcome: str = "") -> Interaction:
    """Note that what was to be done is done, on the day `on`. Doing it twice changes nothing."""
    held = Interaction.objects.select_for_update().get(pk=interaction.pk)
    if held.followed_up_on is None:
        held.followed_up_on = on
        held.outcome = outcome or held.outcome
        held.save(update_fields=["followed_up_on", "outcome"])
    return held
