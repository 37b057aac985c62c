from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from members.models import Contact, MembershipStatus, Relationship


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


class AlreadyRenewedError(MembersError):
    """A term was to be renewed after which another one stands already."""

    def __init__(self):
        super().__init__(_("This membership has been renewed already."))


class ForLifeError(MembersError):
    """A renewal was asked for of a membership that needs none."""

    def __init__(self):
        super().__init__(_("This membership is for life. There is nothing to renew."))


class MembershipStoppedError(MembersError):
    """Joining or renewing was asked for while somebody's decision, or a death, stands against it."""

    def __init__(self, status: "MembershipStatus"):
        self.status = status
        super().__init__(
            _("This membership stands as “%(status)s” and cannot be renewed here. Please contact us.")
            % {"status": status.label}
        )


class CurrencyNotOfferedError(MembersError):
    """A fee was asked for in a currency in which the tier has no price."""

    def __init__(self, currency: str):
        super().__init__(_("This membership tier cannot be paid in %(currency)s.") % {"currency": currency})


class CodeNotValidError(MembersError):
    """A discount code is unknown, used up, or not for this tier. Which of these is not said."""

    def __init__(self):
        super().__init__(_("This code is not valid here, or it was used up. Please check it, or leave it empty."))


class SaidNotRenewingError(MembersError):
    """Somebody was to be renewed together with others who said that they will not renew."""

    def __init__(self):
        super().__init__(_("They said that they will not renew."))


class NoFittingTierError(MembersError):
    """Somebody has outgrown their tier, and the rules name none, or more than one, for them."""

    def __init__(self):
        super().__init__(_("Too old or too young for their tier, and no single tier fits. Please choose one for them."))


class CannotChangeTierError(MembersError):
    """A membership cannot move to that tier on that day."""

    def __init__(self):
        super().__init__(_("The membership cannot move to this tier now. It can do so when it is renewed."))


class CreditSpentError(MembersError):
    """A fee counted on credit that is there no longer."""

    def __init__(self):
        super().__init__(_("The credit that was counted on has been used meanwhile."))


class AlreadyStoppedError(MembersError):
    """A membership was to be suspended or cancelled on days about which something else was decided."""

    def __init__(self):
        super().__init__(_("Something was decided about these days already. Please take that back first."))


class NotDecidableError(MembersError):
    """There is nothing to suspend or cancel on that day."""

    def __init__(self):
        super().__init__(_("There is no membership to suspend or cancel on these days. Please check them."))


class TierNotOfferedError(MembersError):
    """A tier that is not on offer was asked for."""

    def __init__(self):
        super().__init__(_("This membership tier is not offered at the moment."))


class AgeUnknownError(MembersError):
    """A tier for certain ages was asked for by somebody whose day of birth is not known."""

    def __init__(self):
        super().__init__(_("Please enter the date of birth: this membership depends on the age."))


class WrongAgeError(MembersError):
    """A tier was asked for by somebody who is too young or too old for it."""

    def __init__(self, minimum: int | None, maximum: int | None):
        ages = {"minimum": minimum, "maximum": maximum}
        if maximum is None:
            super().__init__(_("This membership is for people who are at least %(minimum)s years old.") % ages)
        elif minimum is None:
            super().__init__(_("This membership is for people who are at most %(maximum)s years old.") % ages)
        else:
            super().__init__(
                _("This membership is for people who are between %(minimum)s and %(maximum)s years old.") % ages
            )


class ApprovalNeededError(MembersError):
    """A tier on which the office decides was asked for without an application."""

    def __init__(self):
        super().__init__(_("This membership needs our approval. Please write to us."))


class NotConferredError(MembersError):
    """Somebody was to belong through a membership that makes nobody, or no such people, members."""

    def __init__(self):
        super().__init__(_("Nobody can belong through this membership at the moment."))


class SeatsTakenError(MembersError):
    """As many as may belong through a membership already."""

    def __init__(self, limit: int | None):
        super().__init__(
            ngettext(
                "The one seat of this membership is taken.",
                "All %(seats)s seats of this membership are taken.",
                limit or 0,
            )
            % {"seats": limit or 0}
        )


class InvitationOverError(MembersError):
    """An invitation was used, withdrawn or has expired."""

    def __init__(self):
        super().__init__(_("This invitation is no longer valid. Please ask whoever invited you for a new one."))


class TierFullError(MembersError):
    """All places of a tier are taken."""

    def __init__(self):
        super().__init__(_("All places of this membership are taken at the moment. Please choose another one."))


class CannotMoveToTierError(MembersError):
    """A tier was asked for that is not open to members of the tier one has."""

    def __init__(self):
        super().__init__(_("One cannot move to this membership from the one you have."))


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


class AlreadyErasedError(MembersError):
    """Somebody who has been erased cannot be erased again."""

    def __init__(self):
        super().__init__(_("This person has been erased already."))


class ErasureRefusedError(MembersError):
    """Something is still under way with a person. `reasons` are sentences that say what to do first."""

    def __init__(self, reasons: list[str]):
        self.reasons = reasons
        super().__init__(" ".join(reasons))


class GuardianNeededError(MembersError):
    """Somebody too young to agree for themselves said yes, and no guardian of theirs did."""

    def __init__(self, age: int):
        super().__init__(
            _(
                "Anyone younger than %(age)s needs a guardian who says yes for them. Please have the guardian contact us."
            )
            % {"age": age}
        )


class NotGuardianError(MembersError):
    """A yes was given in the name of somebody who is not this person's guardian on that day."""

    def __init__(self):
        super().__init__(_("This contact is not on record as a guardian of the person."))


class TooYoungToBeListedError(MembersError):
    """Somebody too young to agree for themselves wanted to be in the member directory."""

    def __init__(self, age: int):
        super().__init__(
            _("Nobody younger than %(age)s is shown in the directory. You can take something out at any age.")
            % {"age": age}
        )


class TooYoungForEveryoneError(MembersError):
    """A minor wanted to show something in the public directory."""

    def __init__(self, age: int):
        super().__init__(
            _("Until you are %(age)s, only members can see you in the directory. Please choose “Members” or “Nobody”.")
            % {"age": age}
        )


class RetentionTooShortError(MembersError):
    """A retention rule would go below what the law asks to keep."""

    def __init__(self, least_months: int):
        super().__init__(_("The law asks to keep this for at least %(months)s months.") % {"months": least_months})


class SameContactError(MembersError):
    """One contact was named twice where two are needed."""

    def __init__(self):
        super().__init__(_("These are one and the same contact already. Please choose two."))


class SearchRunningError(MembersError):
    """A search for duplicates was asked for while one is under way."""

    def __init__(self):
        super().__init__(_("All contacts are being searched already."))


class CannotMergeError(MembersError):
    """Two contacts cannot become one. `reason` is the sentence that says why, or the row that stands in the way."""

    def __init__(self, reason: object):
        sentence = reason if isinstance(reason, str) else _("“%(thing)s” stands in the way.") % {"thing": reason}
        super().__init__(sentence)


class CannotUndoMergeError(MembersError):
    """A merge cannot be undone, or not yet."""


class NotUndoableError(MembersError):
    """Something was to be undone that has nothing to undo, or was undone before."""

    def __init__(self):
        super().__init__(_("This cannot be undone any more."))


class UnreadableFileError(MembersError):
    """A file of contacts cannot be read. Its text says why, for whoever chose it."""


class ImportStateError(MembersError):
    """An import was asked for something that does not fit how far it is."""

    def __init__(self):
        super().__init__(_("This cannot be done with the import as it is now."))


class UnreadableCardError(MembersError):
    """What was scanned is not the code of a membership card."""

    def __init__(self):
        super().__init__(_("This is not the code of a membership card, or it was not scanned whole."))


class ForgedCardError(MembersError):
    """A card bears a signature that none of the nonprofit's keys has made."""

    def __init__(self):
        super().__init__(_("This card was not signed by us. Somebody may have changed it."))


class AssemblyError(MembersError):
    """Something about a general assembly cannot be done as it stands. The sentence says what, and what to do."""


class AlreadyFrozenError(AssemblyError):
    """A voters' list was to be frozen twice."""

    def __init__(self):
        super().__init__(_("The voters' list is frozen already."))


class NotFrozenError(AssemblyError):
    """Somebody was to come in before there is a list."""

    def __init__(self):
        super().__init__(_("The voters' list is not frozen yet. Please freeze it first."))


class DayOfRecordToComeError(AssemblyError):
    """A list was to be frozen as of a day that is not over, or not even here."""

    def __init__(self, day: date):
        super().__init__(
            _("The day of record is %(day)s. The list can be frozen from that day on.") % {"day": date_format(day)}
        )


class NobodyMayVoteError(AssemblyError):
    """The rule leaves nobody."""

    def __init__(self):
        super().__init__(_("By this rule nobody may vote. Please look at the preview and change the rule."))


class CheckInClosedError(AssemblyError):
    """The assembly is over."""

    def __init__(self):
        super().__init__(_("The check-in is closed. Open it again if that was too early."))


class AlreadyVoterError(AssemblyError):
    """Somebody was to be added to a list on which they stand."""

    def __init__(self):
        super().__init__(_("This person stands on the voters' list already."))


class StruckOffError(AssemblyError):
    """A line that was struck off was to be used."""

    def __init__(self):
        super().__init__(_("This line was struck off the list."))


class VoterIsHereError(AssemblyError):
    """Somebody who is there was to be struck off, or to give a proxy."""

    def __init__(self, name: object):
        super().__init__(_("%(name)s is checked in. Please undo the check-in first.") % {"name": name})


class ProxyRefusedError(AssemblyError):
    """A proxy was to be given against the rule."""
