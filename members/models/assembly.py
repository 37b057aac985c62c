import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField
from members.names import normalise_name

from .contact import Contact
from .membership import Membership
from .tier import Branch, Tier

HIGHEST_PERCENT = 100


class ConferredVote(models.TextChoices):
    """Whose vote it is where a household or an organisation is the member, and people belong through it."""

    EACH = "each", _("Each person who belongs through it has a vote; the household or organisation itself has none")
    HOLDER = "holder", _("Only the member itself has a vote; nobody who belongs through it has one")
    REPRESENTATIVE = "one", _("One vote, cast by the representative on record or the head of the household")


class QuorumKind(models.TextChoices):
    """How many of the voters must be there, or have given a proxy, before the assembly can decide anything."""

    NONE = "none", _("None is needed")
    SHARE = "share", _("At least this share of the voters, in per cent")
    MORE = "more", _("More than this share of the voters, in per cent")
    NUMBER = "number", _("At least this number of voters")


def _by(verbose_name) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=verbose_name,
    )


class Assembly(models.Model):
    """A general assembly: when and where, who may vote by which rule, and what is needed to decide.

    The voters' list is worked out until somebody freezes it; then it stands in rows of its own, see `Voter`.
    """

    title = I18nCharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("day and time"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    record_day = models.DateField(
        _("day of record"),
        help_text=_("Who is a member on this day, by the rule below, may vote. Ages count on it too."),
    )

    tiers = models.ManyToManyField(
        Tier,
        blank=True,
        related_name="+",
        verbose_name=_("tiers with a vote"),
        help_text=_("None ticked: every tier."),
    )
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("branch"),
        help_text=_("Only members of this branch vote. Empty: members of any branch and of the whole."),
    )
    minimum_age = models.PositiveSmallIntegerField(
        _("lowest age, in years"),
        default=18,
        validators=[MaxValueValidator(120)],
        help_text=_("0: any age, also unknown. Otherwise whoever has no date of birth on record has no vote."),
    )
    minimum_months = models.PositiveSmallIntegerField(
        _("months of membership without a break"), default=0, validators=[MaxValueValidator(600)]
    )
    counts_grace = models.BooleanField(
        _("members in grace vote"), default=False, help_text=_("Those whose term is over, but not their days of grace.")
    )
    conferred = models.CharField(
        _("households and organisations"), max_length=6, choices=ConferredVote, default=ConferredVote.EACH
    )
    quorum_kind = models.CharField(_("quorum"), max_length=6, choices=QuorumKind, default=QuorumKind.MORE)
    quorum_value = models.PositiveIntegerField(_("share or number"), default=50)
    proxies_per_holder = models.PositiveSmallIntegerField(
        _("proxies that one voter may hold"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("0: no proxies."),
    )

    frozen_at = models.DateTimeField(_("frozen at"), null=True, editable=False)
    frozen_by = _by(_("frozen by"))
    # SHA-256 in hexadecimal digits, see members.domain.assemblies.fingerprint.
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True, editable=False)
    frozen_rule = models.JSONField(default=dict, editable=False)
    quorum_reached_at = models.DateTimeField(_("quorum reached at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("check-in closed at"), null=True, editable=False)
    closed_by = _by(_("check-in closed by"))
    closing_count = models.JSONField(default=dict, editable=False)  # the figures as they were when it was closed

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("general assembly")
        verbose_name_plural = _("general assemblies")
        permissions = [
            ("freeze_assembly", _("May freeze a voters' list and correct it")),
            ("attend_assembly", _("May check voters in at the desk")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(frozen_at=None, fingerprint="") | models.Q(frozen_at__isnull=False),
                name="assembly_fingerprint_when_frozen",
            ),
        ]

    def __str__(self):
        return str(self.title)

    def clean(self):
        super().clean()
        if self.quorum_kind in {QuorumKind.SHARE, QuorumKind.MORE} and (self.quorum_value or 0) > HIGHEST_PERCENT:
            raise ValidationError({"quorum_value": _("A share is 100 per cent at most.")})
        if self.quorum_kind == QuorumKind.MORE and self.quorum_value == HIGHEST_PERCENT:
            raise ValidationError({"quorum_value": _("More than all cannot come. Choose “at least” for all.")})
        if self.starts_at and self.record_day and self.record_day > timezone.localdate(self.starts_at):
            raise ValidationError({"record_day": _("The day of record cannot come after the assembly.")})

    @property
    def is_frozen(self) -> bool:
        """Whether the voters' list stands in rows, and the rule can no longer be changed."""
        return self.frozen_at is not None

    @property
    def is_closed(self) -> bool:
        """Whether nobody can be checked in or out any more."""
        return self.closed_at is not None

    @property
    def allows_proxies(self) -> bool:
        return self.proxies_per_holder > 0


class VoterQuerySet(models.QuerySet):
    def standing(self):
        """Those on the list as it is now: frozen or added later, and not struck off."""
        return self.filter(struck_at=None)

    def found_by(self, text: str):
        """Those whose name, or whose representative's, has a word that begins with each word of `text`, or whose number does."""
        found = self
        for word in normalise_name(text).split():
            found = found.filter(search_words__contains=f" {word}")
        return found

    def present(self):
        return self.filter(models.Exists(Attendance.objects.standing().filter(voter=models.OuterRef("pk"))))


def new_salt() -> str:
    """128 bits, without which nobody can tell by the digest of an erased row whose it was."""
    return secrets.token_hex(16)


class Voter(models.Model):
    """A line of a frozen voters' list: who may vote, as it was on the day of record.

    Lines are never deleted. One that was added, or struck off, after the freezing says by whom, when and why.
    """

    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="voters")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="votes")
    # By which membership: its card lets them in. None for somebody added who has none.
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="votes")
    representative = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="votes_represented")

    position = models.PositiveIntegerField(_("line"))
    name = models.CharField(_("name"), max_length=320, blank=True)
    number = models.CharField(_("member number"), max_length=20, blank=True)
    tier_name = I18nCharField(_("tier"), max_length=200, blank=True)
    representative_name = models.CharField(_("represented by"), max_length=320, blank=True)
    search_words = models.TextField(editable=False, blank=True)

    salt = models.CharField(max_length=32, default=new_salt, editable=False, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of a line that was frozen

    added_at = models.DateTimeField(_("added at"), null=True, editable=False)
    added_by = _by(_("added by"))
    added_reason = models.CharField(_("why added"), max_length=300, blank=True)
    struck_at = models.DateTimeField(_("struck off at"), null=True, editable=False)
    struck_by = _by(_("struck off by"))
    struck_reason = models.CharField(_("why struck off"), max_length=300, blank=True)

    objects = VoterQuerySet.as_manager()

    class Meta:
        ordering = ["assembly", "position"]
        verbose_name = _("voter")
        verbose_name_plural = _("voters")
        constraints = [
            models.UniqueConstraint(fields=["assembly", "position"], name="voter_has_a_line_of_their_own"),
            # Nobody has two votes, whatever is merged or added later.
            models.UniqueConstraint(
                fields=["assembly", "contact"], condition=models.Q(struck_at=None), name="voter_stands_once"
            ),
        ]
        indexes = [models.Index(fields=["assembly", "number"], name="voter_by_number")]

    def __str__(self):
        return self.name or _now("Erased person")

    def save(self, *args, **kwargs):
        if not self.search_words:
            self.search_words = self.words()
        super().save(*args, **kwargs)

    def words(self) -> str:
        """What `found_by` looks in: each word with a space before it."""
        return f" {normalise_name(f'{self.name} {self.representative_name} {self.number}')}"

    @property
    def is_added(self) -> bool:
        return self.added_at is not None

    @property
    def is_struck(self) -> bool:
        return self.struck_at is not None


class AttendanceQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not undone."""
        return self.filter(undone_at=None)


class Attendance(models.Model):
    """A voter came in. One that was entered by mistake is undone, and stays on record as that."""

    voter = models.ForeignKey(Voter, on_delete=models.PROTECT, related_name="attendances")
    arrived_at = models.DateTimeField(_("came in at"))
    by_card = models.BooleanField(_("by card"), default=False)
    checked_in_by = _by(_("checked in by"))
    undone_at = models.DateTimeField(_("undone at"), null=True, editable=False)
    undone_by = _by(_("undone by"))

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "pk"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["voter"], condition=models.Q(undone_at=None), name="voter_comes_in_once"),
        ]

    def __str__(self):
        return f"{self.voter}, {date_format(timezone.localtime(self.arrived_at), 'SHORT_DATETIME_FORMAT')}"


class ProxyEnd(models.TextChoices):
    """Why a proxy no longer counts."""

    CAME = "came", _("Came in person")
    TAKEN_BACK = "back", _("Taken back")
    STRUCK = "struck", _("Struck off the list")
    MERGED = "merged", _("Two records were made one")


class ProxyQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def counting(self):
        """Those that count now: standing, and the holder is there."""
        return self.standing().filter(holder__in=Voter.objects.standing().present())


class Proxy(models.Model):
    """A voter who is not there lets another one, who is, vote for them."""

    giver = models.ForeignKey(Voter, on_delete=models.PROTECT, related_name="proxies_given", verbose_name=_("from"))
    holder = models.ForeignKey(Voter, on_delete=models.PROTECT, related_name="proxies_held", verbose_name=_("held by"))
    noted_at = models.DateTimeField(_("noted at"))
    noted_by = _by(_("noted by"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = _by(_("withdrawn by"))
    end = models.CharField(_("why it ended"), max_length=6, choices=ProxyEnd, blank=True, editable=False)

    objects = ProxyQuerySet.as_manager()

    class Meta:
        ordering = ["noted_at", "pk"]
        verbose_name = _("proxy")
        verbose_name_plural = _("proxies")
        constraints = [
            models.UniqueConstraint(
                fields=["giver"], condition=models.Q(withdrawn_at=None), name="voter_gives_one_proxy"
            ),
            models.CheckConstraint(condition=~models.Q(giver=models.F("holder")), name="proxy_joins_two"),
        ]

    def __str__(self):
        return f"{self.giver} → {self.holder}"
