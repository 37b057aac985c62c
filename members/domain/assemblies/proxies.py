"""Who votes for whom. Call what changes something while the assembly is locked, or by way of its verbs."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from members.domain.assemblies.quorum import note_quorum
from members.exceptions import CheckInClosedError, NotFrozenError, ProxyRefusedError, StruckOffError, VoterIsHereError
from members.models import Assembly, Proxy, ProxyEnd, User, Voter


@transaction.atomic
def give_proxy(giver: Voter, holder: Voter, *, by: User) -> Proxy:
    """Note that `giver`, who is not there, lets `holder`, who is, vote for them, and return the proxy.

    Raises ProxyRefusedError where the assembly has no proxies, for somebody's own, for a holder who is not there or who
    holds as many as the rule allows, for a giver who has given one or holds one (no chains); VoterIsHereError for a
    giver who is there; StruckOffError, NotFrozenError and CheckInClosedError.
    """
    assembly = Assembly.objects.select_for_update(of=("self",)).get(pk=giver.assembly_id)
    _check_open(assembly)
    giver, holder = (Voter.objects.get(pk=voter.pk, assembly=assembly) for voter in (giver, holder))
    _check_pair(assembly, giver, holder)
    if assembly.proxies_per_holder <= (held := holder.proxies_held.standing().count()):
        raise ProxyRefusedError(
            ngettext(
                "%(name)s holds %(held)s proxy already, and the rule allows no more.",
                "%(name)s holds %(held)s proxies already, and the rule allows no more.",
                held,
            )
            % {"name": holder, "held": held}
        )
    proxy = Proxy.objects.create(giver=giver, holder=holder, noted_at=timezone.now(), noted_by=by)
    note_quorum(assembly)
    log(assembly, "sanduq.proxy_noted", user=by, data={"from": giver.position, "to": holder.position})
    return proxy


def _check_open(assembly: Assembly) -> None:
    if not assembly.is_frozen:
        raise NotFrozenError
    if assembly.is_closed:
        raise CheckInClosedError
    if not assembly.allows_proxies:
        raise ProxyRefusedError(_("This assembly has no proxies."))


def _check_pair(assembly: Assembly, giver: Voter, holder: Voter) -> None:
    if giver == holder:
        raise ProxyRefusedError(_("Nobody can hold a proxy of their own."))
    if giver.is_struck or holder.is_struck:
        raise StruckOffError
    if giver.attendances.standing().exists():
        raise VoterIsHereError(giver)
    if not holder.attendances.standing().exists():
        raise ProxyRefusedError(_("%(name)s is not checked in, and so cannot vote for others.") % {"name": holder})
    if standing := giver.proxies_given.standing().select_related("holder").first():
        raise ProxyRefusedError(
            _("%(giver)s has given a proxy to %(holder)s already. Please take that one back first.")
            % {"giver": giver, "holder": standing.holder}
        )
    if giver.proxies_held.standing().exists():
        raise ProxyRefusedError(
            _("%(name)s holds proxies of others, which cannot be passed on. Please take those back first.")
            % {"name": giver}
        )


@transaction.atomic
def take_back_proxy(proxy: Proxy, *, by: User) -> None:
    """End a proxy. One that ended before stays as it is. Raises CheckInClosedError."""
    assembly = Assembly.objects.select_for_update(of=("self",)).get(voters=proxy.giver_id)
    if assembly.is_closed:
        raise CheckInClosedError
    if _end(Proxy.objects.filter(pk=proxy.pk), end=ProxyEnd.TAKEN_BACK, by=by):
        note_quorum(assembly)
        log(assembly, "sanduq.proxy_ended", user=by, data={"from": proxy.giver.position})


def end_proxies(voter: Voter, *, end: ProxyEnd, by: User | None) -> int:
    """End every proxy from and to `voter`, and return how many there were."""
    return _end(Proxy.objects.filter(Q(giver=voter) | Q(holder=voter)), end=end, by=by)


def _end(proxies, *, end: ProxyEnd, by: User | None) -> int:
    return proxies.standing().update(withdrawn_at=timezone.now(), withdrawn_by=by, end=end)
