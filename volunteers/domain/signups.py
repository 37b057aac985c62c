"""Places in shifts: given out one by one, never twice."""

from datetime import datetime
from functools import partial

from django.db import transaction

from members.models import Contact
from volunteers.exceptions import CapacityTooSmallError, ShiftFullError, ShiftNotOpenError
from volunteers.models import Shift, SignUp, SignUpStatus
from volunteers.signals import sign_up_cancelled, sign_up_promoted, signed_up


@transaction.atomic
def sign_up(shift: Shift, *, contact: Contact, at: datetime, may_wait: bool = False) -> SignUp:
    """Give `contact` a place in `shift`, or one on the waiting list if `may_wait`, and return the sign-up.

    Whoever has signed up already keeps what they have: a form sent twice changes nothing.
    Raises ShiftNotOpenError once the shift has begun or when its opportunity takes nobody, and ShiftFullError.
    """
    # Sign-ups to one shift take turns, so that the last place goes to one of two who click at once.
    shift = Shift.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=shift.pk)
    if standing := shift.sign_ups.standing().filter(contact=contact).first():
        return standing
    if shift.starts_at <= at or not shift.opportunity.is_open:
        raise ShiftNotOpenError
    place = _free_place(shift)
    if place is None and not may_wait:
        raise ShiftFullError
    new = SignUp.objects.create(
        shift=shift,
        contact=contact,
        status=SignUpStatus.WAITING if place is None else SignUpStatus.CONFIRMED,
        place=place,
        signed_up_at=at,
    )
    transaction.on_commit(lambda: signed_up.send_robust(SignUp, sign_up=new))
    return new


@transaction.atomic
def cancel(sign_up: SignUp) -> SignUp:
    """Take back `sign_up`, give its place to whoever has waited longest, and return it. Twice is the same as once."""
    shift = Shift.objects.select_for_update().get(pk=sign_up.shift_id)
    cancelled = SignUp.objects.get(pk=sign_up.pk)
    if cancelled.status == SignUpStatus.CANCELLED:
        return cancelled
    cancelled.status, cancelled.place = SignUpStatus.CANCELLED, None
    cancelled.save(update_fields=["status", "place"])
    transaction.on_commit(lambda: sign_up_cancelled.send_robust(SignUp, sign_up=cancelled))
    _promote(shift)
    return cancelled


@transaction.atomic
def change_capacity(shift: Shift, *, capacity: int) -> list[SignUp]:
    """Give `shift` another number of places, fill new ones from the waiting list, and return who moved up.

    Raises CapacityTooSmallError when more volunteers are confirmed than there would be places.
    """
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    confirmed = list(shift.sign_ups.filter(status=SignUpStatus.CONFIRMED).order_by("place"))
    if capacity < len(confirmed):
        raise CapacityTooSmallError(len(confirmed))
    for place, sign_up in enumerate(confirmed, start=1):
        # A place whose number is too high now moves into a gap below; ascending order never meets a taken one.
        if sign_up.place != place:
            SignUp.objects.filter(pk=sign_up.pk).update(place=place)
    shift.capacity = capacity
    shift.save(update_fields=["capacity"])
    return _promote(shift)


def _promote(shift: Shift) -> list[SignUp]:
    """Moves up those who have waited longest. The caller holds the shift's lock."""
    promoted = []
    for sign_up in shift.sign_ups.filter(status=SignUpStatus.WAITING).order_by("pk"):
        place = _free_place(shift)
        if place is None:
            break
        sign_up.status, sign_up.place = SignUpStatus.CONFIRMED, place
        sign_up.save(update_fields=["status", "place"])
        promoted.append(sign_up)
    for sign_up in promoted:
        transaction.on_commit(partial(sign_up_promoted.send_robust, SignUp, sign_up=sign_up))
    return promoted


def _free_place(shift: Shift) -> int | None:
    """The lowest place nobody has, 1 to the capacity, or None."""
    taken = set(shift.sign_ups.filter(status=SignUpStatus.CONFIRMED).values_list("place", flat=True))
    return next((place for place in range(1, shift.capacity + 1) if place not in taken), None)
