import uuid
from datetime import date, datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField, I18nTextField


class Opportunity(models.Model):
    """Work that volunteers can help with."""

    title = I18nCharField(_("title"), max_length=200)
    description = I18nTextField(_("description"), blank=True)
    place = I18nCharField(_("place"), max_length=200, blank=True)
    is_open = models.BooleanField(_("open for sign-up"), default=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")

    def __str__(self):
        return str(self.title)


class ShiftQuerySet(models.QuerySet):
    def upcoming_at(self, at: datetime):
        """Shifts one can still sign up for, whether or not places are left."""
        return self.filter(starts_at__gt=at, opportunity__is_open=True)

    def with_places(self):
        """Adds `taken`, the number of confirmed volunteers, and `waiting`, in the same query."""
        return self.annotate(
            taken=Count("sign_ups", filter=Q(sign_ups__status=SignUpStatus.CONFIRMED)),
            waiting=Count("sign_ups", filter=Q(sign_ups__status=SignUpStatus.WAITING)),
        ).order_by("starts_at", "pk")  # said here, since Django drops a model's own order where it counts


class Shift(models.Model):
    """A time at which an opportunity needs people, and how many."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("opportunity")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    capacity = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="shift_ends_after_it_starts",
                violation_error_message=_("A shift cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=10_000),
                name="shift_has_a_place",
                violation_error_message=_("A shift has 1 to 10,000 places."),
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="shift_by_start")]

    def __str__(self):
        return f"{self.opportunity} · {date_format(timezone.localtime(self.starts_at), 'SHORT_DATETIME_FORMAT')}"

    @property
    def day(self) -> date:
        """The day on which it starts, by the clock on the wall."""
        return timezone.localdate(self.starts_at)

    @property
    def places_left(self) -> int:
        """Free places, 0 or more. Only on shifts read `with_places`."""
        return max(self.capacity - self.taken, 0)


class SignUpStatus(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")


class SignUpQuerySet(models.QuerySet):
    def standing(self):
        """Sign-ups that were not cancelled."""
        return self.exclude(status=SignUpStatus.CANCELLED)


class SignUp(models.Model):
    """One person's promise to come to a shift, or wish to, if a place becomes free."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="sign_ups", verbose_name=_("shift"))
    contact = models.ForeignKey(
        "members.Contact", on_delete=models.CASCADE, related_name="sign_ups", verbose_name=_("volunteer")
    )
    # Opens the page that confirms the sign-up, and lets its owner cancel without a log-in.
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=SignUpStatus)
    # The chair one sits on, 1 to the shift's capacity. The database itself lets nobody share one.
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True, editable=False)
    signed_up_at = models.DateTimeField(_("signed up at"))

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "place"],
                name="one_volunteer_per_place",
                violation_error_message=_("This place has been taken."),
            ),
            models.UniqueConstraint(
                fields=["shift", "contact"],
                condition=~Q(status="cancelled"),
                name="one_sign_up_per_person_and_shift",
                violation_error_message=_("This person has signed up for the shift already."),
            ),
            models.CheckConstraint(
                condition=Q(status="confirmed", place__isnull=False, place__gte=1)
                | (~Q(status="confirmed") & Q(place=None)),
                name="confirmed_sign_up_has_a_place",
                violation_error_message=_("A confirmed volunteer has a place; another has none."),
            ),
        ]

    def __str__(self):
        return f"{self.contact} · {self.shift}"


class HoursStatus(models.TextChoices):
    REPORTED = "reported", _("Reported")
    APPROVED = "approved", _("Approved")


class HoursQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(status=HoursStatus.APPROVED)


class HoursEntry(models.Model):
    """Time that somebody gave on one day. Only approved hours count."""

    contact = models.ForeignKey(
        "members.Contact", on_delete=models.CASCADE, related_name="volunteer_hours", verbose_name=_("volunteer")
    )
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="hours", verbose_name=_("opportunity")
    )
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, null=True, blank=True, related_name="hours", verbose_name=_("shift")
    )
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=2)
    worked_on = models.DateField(_("worked on"))
    status = models.CharField(_("status"), max_length=10, choices=HoursStatus, default=HoursStatus.REPORTED)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )

    objects = HoursQuerySet.as_manager()

    class Meta:
        ordering = ["-worked_on", "-pk"]
        verbose_name = _("hours entry")
        verbose_name_plural = _("volunteer hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24),
                name="hours_fit_into_a_day",
                violation_error_message=_("Hours must be more than 0 and at most 24."),
            ),
            models.UniqueConstraint(
                fields=["contact", "shift"],
                condition=Q(shift__isnull=False),
                name="one_hours_entry_per_shift",
                violation_error_message=_("Hours for this shift have been entered already."),
            ),
        ]
        permissions = [("approve_hours", _("Can approve volunteer hours"))]

    def __str__(self):
        return f"{self.contact} · {date_format(self.worked_on)} · {self.hours}"
