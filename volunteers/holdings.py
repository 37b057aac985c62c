"""What the volunteers' wing holds about people."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from members.domain.holdings import Holding, OnErasure, register
from members.models import Contact
from volunteers.domain.signups import cancel
from volunteers.models import HoursEntry, SignUp


def give_up_places(contact: Contact) -> None:
    """Nobody waits in vain for a place that an erased person holds."""
    for sign_up in SignUp.objects.standing().filter(contact=contact, shift__starts_at__gte=timezone.now()):
        cancel(sign_up)


def declare() -> None:
    """Called once, when the app is ready."""
    register(
        Holding(
            SignUp,
            gettext_lazy("Shifts"),
            shows=("shift", "status", "signed_up_at"),
            before=give_up_places,
            age="shift__ends_at",
            is_tie=True,
        ),
        Holding(
            HoursEntry,
            gettext_lazy("Volunteer hours"),
            shows=("worked_on", "opportunity", "hours", "status"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("The sum of hours given stays; by whom goes."),
            age="worked_on",
            is_tie=True,
        ),
    )
