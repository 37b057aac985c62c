"""What can be done to all the memberships that were ticked in their list, or that a filter left in it."""

from functools import cached_property
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from members.contacts.bulk_views import OwnerAction, TagAction, UntagAction
from members.domain.search import find_by_contact
from members.memberships.filters import MembershipListFilterSet
from members.models import Contact, Membership
from members.papers.bulk_actions import CardsAction, LabelsAction, LettersAction
from members.permissions import require


class OfMemberships:
    """Lets a bulk action on contacts be begun in the list of memberships, for those whose memberships they are."""

    models = [Membership]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        require(request, "members.view_membership")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def memberships(self) -> QuerySet[Membership]:
        """Those that were ticked, or all of the list as it was filtered and searched; none of somebody erased."""
        ids = self.request.GET.getlist("id")
        everything = Membership.objects.filter(contact__erased_at=None)
        if "all" not in ids:
            return everything.filter(pk__in=[pk for pk in ids if pk.isdigit()])
        asked = QueryDict(urlsplit(self.next_url).query)
        filters = MembershipListFilterSet(asked, queryset=everything, request=self.request)
        found = filters.qs if filters.is_valid() else everything.none()
        return find_by_contact(asked["q"], found, path="contact") if asked.get("q") else found

    @cached_property
    def chosen(self) -> QuerySet[Contact]:
        return Contact.objects.filter(pk__in=self.memberships.order_by().values("contact"))


class TagMembersAction(OfMemberships, TagAction):
    """Tag them."""


class UntagMembersAction(OfMemberships, UntagAction):
    """Take a tag from them."""


class OwnerOfMembersAction(OfMemberships, OwnerAction):
    """Set who looks after them."""


class CardsOfMembersAction(OfMemberships, CardsAction):
    """Print their cards."""


class LabelsOfMembersAction(OfMemberships, LabelsAction):
    """Print labels for them."""


class LettersToMembersAction(OfMemberships, LettersAction):
    """Print letters to them."""
