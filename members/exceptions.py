from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from members.models import Contact, Relationship


class MembersError(Exception):
    """A rule of membership said no. Its text is a sentence for the person who asked."""


class RenewalTooEarlyError(MembersError):
    """A renewal was asked for before the window of the last term opens."""

    def __init__(self, opens_on: date):
        self.opens_on = opens_on
        super().__init__(_("You can renew from %(date)s.") % {"date": date_format(opens_on)})


class AlreadyMemberError(MembersError):
    """Someone who is a member today asked to join; renewing is what they want."""

    def __init__(self):
        super().__init__(_("There is a current membership already. You can renew it instead."))


class TierNotOfferedError(MembersError):
    """A tier that is not on offer was asked for."""

    def __init__(self):
        super().__init__(_("This membership tier is not offered at the moment."))


class NotYoursError(MembersError):
    """Somebody asked for a colleague's own thing."""

    def __init__(self):
        super().__init__(_("This belongs to a colleague."))


class StaleContactError(MembersError):
    """Somebody else saved a contact since it was read. `now` is what stands on record."""

    def __init__(self, now: "Contact"):
        self.now = now
        super().__init__(_("A colleague saved this contact meanwhile."))


class CircularRelationshipError(MembersError):
    """A relationship would lead back to where it began, such as a guardian's own guardian."""

    def __init__(self, relationship: "Relationship"):
        super().__init__(
            _("%(second)s already stands above %(first)s in this way; the two cannot also stand the other way round.")
            % {"first": relationship.from_contact, "second": relationship.to_contact}
        )


class WrongKindError(MembersError):
    """A relationship that these kinds of contacts cannot have, such as employing a household."""

    def __init__(self):
        super().__init__(_("Contacts of these kinds cannot be related in this way."))
