import secrets
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from members.fields import I18nCharField, I18nTextField

from .service import Service

# Fewer people than this are never shown as a group. A survey may ask for more, not for less.
SMALLEST_GROUP = 5
# More would only keep answers back; and every cast rewrites the group that is still open.
LARGEST_GROUP = 500

# Small letters and digits that nobody takes for one another on a poster.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """Ten random letters (49 bits): short enough to type from a poster, too many to try."""
    return "".join(secrets.choice(_LETTERS) for _position in range(10))


class SurveyStatus(models.TextChoices):
    """What staff decided. What that means today is the phase."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class SurveyPhase(models.TextChoices):
    DRAFT = "draft", _("Draft")
    UPCOMING = "upcoming", _("Not open yet")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class SurveyQuerySet(models.QuerySet):
    def open_at(self, at: datetime):
        return self.filter(status=SurveyStatus.OPEN).filter(
            Q(opens_at=None) | Q(opens_at__lte=at), Q(closes_at=None) | Q(closes_at__gt=at)
        )

    def published(self):
        """Surveys that anybody with the link may see something of."""
        return self.exclude(status=SurveyStatus.DRAFT)


class Survey(ClusterableModel):
    """A questionnaire on the five levels, answered without a name through one link that all share."""

    title = I18nCharField(_("title"), max_length=200)
    intro = I18nTextField(_("introduction"), blank=True)
    thanks = I18nTextField(_("words of thanks"), blank=True, help_text=_("Shown once an answer has been sent."))
    code = models.SlugField(_("code in the link"), max_length=20, unique=True, default=new_code, editable=False)
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("service"),
    )
    status = models.CharField(_("status"), max_length=10, choices=SurveyStatus, default=SurveyStatus.DRAFT)
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    smallest_group = models.PositiveSmallIntegerField(
        _("smallest group shown"),
        default=SMALLEST_GROUP,
        validators=[MinValueValidator(SMALLEST_GROUP), MaxValueValidator(LARGEST_GROUP)],
        help_text=_("Answers are counted in groups of this size, so that nobody stands alone. At least 5."),
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(smallest_group__gte=SMALLEST_GROUP, smallest_group__lte=LARGEST_GROUP),
                name="survey_group_is_5_or_more",
                violation_error_message=_("The smallest group shown is 5 to 500."),
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_it_opens",
                violation_error_message=_("A survey cannot close before it opens."),
            ),
        ]

    def __str__(self):
        return str(self.title)

    def phase_at(self, at: datetime) -> SurveyPhase:
        """What the survey's status and dates come to at the moment `at`."""
        if self.status == SurveyStatus.DRAFT:
            return SurveyPhase.DRAFT
        if self.status == SurveyStatus.CLOSED or (self.closes_at and self.closes_at <= at):
            return SurveyPhase.CLOSED
        if self.opens_at and at < self.opens_at:
            return SurveyPhase.UPCOMING
        return SurveyPhase.OPEN


class QuestionKind(models.TextChoices):
    LEVELS = "levels", _("Five levels")
    COMMENT = "comment", _("Comment in own words")


class Question(models.Model):
    """One question of a survey."""

    survey = ParentalKey(Survey, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind, default=QuestionKind.LEVELS)
    text = I18nCharField(_("question"), max_length=300)
    is_required = models.BooleanField(_("must be answered"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)

    # Wagtail's editor of rows below a survey keeps the order in this field.
    sort_order_field = "position"

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self):
        return str(self.text)
