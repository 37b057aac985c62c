"""The general assemblies of the demo: one of today, whose list is frozen and whose doors are open, and one to come."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from config.demo.nonprofit import words
from members.domain.assemblies.attendance import check_in
from members.domain.assemblies.listing import freeze
from members.domain.assemblies.proxies import give_proxy
from members.models import Assembly, QuorumKind, Tier, User

ALREADY_IN = 3


def create_assemblies(tiers: dict[str, Tier], *, by: User, today: date) -> None:
    """Tonight's, with some who have come and one proxy, and next month's in preparation."""
    tonight = _assembly(words("الجمعية العمومية السنوية", "Annual general assembly", "مجمع عمومی سالانه"), today)
    freeze(tonight, by=by)
    voters = list(tonight.voters.order_by("position")[: ALREADY_IN + 1])
    for voter in voters[:ALREADY_IN]:
        check_in(voter, by=by)
    give_proxy(voters[ALREADY_IN], voters[0], by=by)
    to_come = _assembly(
        words("جمعية عمومية غير عادية", "Extraordinary general assembly", "مجمع عمومی فوق‌العاده"),
        today + timedelta(days=30),
        record_day=today,
        minimum_months=6,
    )
    to_come.tiers.set([tiers["member"], tiers["supporter"]])


def _assembly(title, day: date, **rule) -> Assembly:
    rule = {"record_day": day - timedelta(days=14), "minimum_age": 0, **rule}
    return Assembly.objects.create(
        title=title,
        starts_at=timezone.make_aware(datetime.combine(day, time(18))),
        place="قاعة المركز · Community hall",
        quorum_kind=QuorumKind.MORE,
        quorum_value=50,
        proxies_per_holder=2,
        **rule,
    )
