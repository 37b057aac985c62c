"""What the office can decide about a membership, as buttons on its page. Importing it registers them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button

from members.memberships.sections import register_button
from members.models import DecisionKind, Membership, MembershipStatus

_MAY_BE_DECIDED = {
    MembershipStatus.UPCOMING,
    MembershipStatus.CURRENT,
    MembershipStatus.GRACE,
    MembershipStatus.SUSPENDED,
}


@register_button
def suspend(request: HttpRequest, membership: Membership) -> Button | None:
    """The way to letting it rest, unless it does already."""
    return _decide(request, membership, DecisionKind.SUSPENDED, _MAY_BE_DECIDED - {MembershipStatus.SUSPENDED})


@register_button
def cancel(request: HttpRequest, membership: Membership) -> Button | None:
    """The way to ending it."""
    return _decide(request, membership, DecisionKind.CANCELLED, _MAY_BE_DECIDED)


def _decide(
    request: HttpRequest, membership: Membership, kind: DecisionKind, of: set[MembershipStatus]
) -> Button | None:
    if not request.user.has_perm("members.add_membershipdecision"):
        return None
    if membership.status_on(timezone.localdate()) not in of:
        return None
    url = reverse("members_decide", args=[membership.pk, kind])
    if kind == DecisionKind.SUSPENDED:
        return Button(_("Suspend"), url=url, classname="button button-secondary", priority=50)
    return Button(_("Cancel the membership"), url=url, classname="button button-secondary no", priority=60)
