from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


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
