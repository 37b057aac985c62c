"""The rule of an assembly in sentences, as the office and the auditor read it."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Assembly, QuorumKind


def rule_sentences(assembly: Assembly) -> list[str]:
    """Return the rule of `assembly` sentence by sentence."""
    return [*_who(assembly), assembly.get_conferred_display(), *_how(assembly)]


def _who(assembly: Assembly) -> list[str]:
    tiers = ", ".join(str(tier.name) for tier in assembly.tiers.all())
    lines = [
        _("Members on %(day)s") % {"day": date_format(assembly.record_day)},
        _("Tiers: %(tiers)s") % {"tiers": tiers} if tiers else _("Members of every tier"),
    ]
    if assembly.branch:
        lines.append(_("Only of the branch %(branch)s") % {"branch": assembly.branch})
    if years := assembly.minimum_age:
        lines.append(ngettext("%(years)s year old or older", "%(years)s years old or older", years) % {"years": years})
    if months := assembly.minimum_months:
        lines.append(
            ngettext(
                "Members without a break for %(months)s month or longer",
                "Members without a break for %(months)s months or longer",
                months,
            )
            % {"months": months}
        )
    lines.append(_("Members in grace vote too") if assembly.counts_grace else _("Members in grace do not vote"))
    return lines


def _how(assembly: Assembly) -> list[str]:
    held = assembly.proxies_per_holder
    proxies = (
        ngettext("A voter may hold %(held)s proxy", "A voter may hold up to %(held)s proxies", held) % {"held": held}
        if held
        else _("No proxies")
    )
    return [quorum_sentence(assembly), proxies]


def quorum_sentence(assembly: Assembly) -> str:
    """Return what is needed so that the assembly can decide."""
    value = assembly.quorum_value
    match assembly.quorum_kind:
        case QuorumKind.SHARE:
            return _("Quorum: at least %(value)s%% of the voters") % {"value": value}
        case QuorumKind.MORE:
            return _("Quorum: more than %(value)s%% of the voters") % {"value": value}
        case QuorumKind.NUMBER:
            return ngettext("Quorum: %(value)s voter", "Quorum: %(value)s voters", value) % {"value": value}
        case _:
            return _("No quorum is needed")
