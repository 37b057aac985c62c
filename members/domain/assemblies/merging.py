"""What becomes of two lines of one voters' list when the two contacts on it are made one: one vote."""

from django.utils import timezone
from django.utils.translation import gettext as _

from members.domain.assemblies.proxies import end_proxies
from members.domain.assemblies.quorum import note_quorum
from members.domain.merging_journal import Journal
from members.models import Assembly, Contact, ProxyEnd, User, Voter


def leave_one_vote(journal: Journal, kept: Contact, merged: Contact, *, by: User | None) -> None:
    """Strike one of two lines off each list on which both stand, as a correction that says why.

    The line of whoever is checked in stays, else that of `kept`. If both are in, one check-in is undone. Proxies from
    and to the struck line end, since nobody knows any more who gave them to whom.
    """
    both = Assembly.objects.filter(voters__in=Voter.objects.standing().filter(contact=merged))
    both = both.filter(pk__in=Voter.objects.standing().filter(contact=kept).values("assembly"))
    for assembly in Assembly.objects.select_for_update(of=("self",)).filter(pk__in=both.values("pk")).order_by("pk"):
        lines = assembly.voters.standing().filter(contact__in=[kept, merged])
        first, second = (lines.get(contact=contact) for contact in (kept, merged))
        is_only_second_in = second.attendances.standing().exists() and not first.attendances.standing().exists()
        _strike(journal, first if is_only_second_in else second, by=by)
        if not assembly.is_closed:
            note_quorum(assembly)


def _strike(journal: Journal, voter: Voter, *, by: User | None) -> None:
    """If the merge is undone, the line stands again; who is there and by proxy is for the desk to say anew."""
    now = timezone.now()
    end_proxies(voter, end=ProxyEnd.MERGED, by=by)
    voter.attendances.standing().update(undone_at=now, undone_by=by)
    reason = _("Two records of one person were made one")
    journal.change(voter, {"struck_at": now, "struck_by_id": by.pk if by else None, "struck_reason": reason})
