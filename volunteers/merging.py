"""Of two rows about one shift, which says more about a person who was written down twice."""

from members.domain.merging_rows import prefer
from volunteers.models import HoursEntry, HoursStatus, SignUp, SignUpStatus


def declare() -> None:
    """Called once, when the app is ready."""
    prefer(SignUp, _is_confirmed_alone)
    prefer(HoursEntry, _is_approved_alone)


def _is_confirmed_alone(kept: SignUp, merged: SignUp) -> bool:
    return merged.status == SignUpStatus.CONFIRMED != kept.status


def _is_approved_alone(kept: HoursEntry, merged: HoursEntry) -> bool:
    return merged.status == HoursStatus.APPROVED != kept.status
