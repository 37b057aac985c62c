"""By what the list of memberships is filtered."""

from wagtail.admin.filters import WagtailFilterSet

from members.models import Membership


class MembershipFilterSet(WagtailFilterSet):
    """By the day since when they are members."""

    class Meta:
        model = Membership
        fields = {"joined_on": ["gte", "lte"]}
