import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Approval, TierQuestion

from .basket import Basket


class ApplicationState(models.TextChoices):
    """How far somebody's wish to join has come."""

    DRAFT = "draft", _("Being filled in")
    PAYING = "paying", _("Sent, and to be paid")
    WAITING = "waiting", _("Waits for us")
    ASKED = "asked", _("Waits for their answer")
    APPROVED = "approved", _("Approved, and to be paid")
    JOINED = "joined", _("Member")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What staff have to look at or wait for, and what has come to its end without a membership.
UNDECIDED = (ApplicationState.PAYING, ApplicationState.WAITING, ApplicationState.ASKED)
DECIDED = (ApplicationState.DECLINED, ApplicationState.WITHDRAWN)


class ApplicationQuerySet(models.QuerySet):
    def sent(self):
        """Those that the office may see: a form that is still being filled in is its writer's own."""
        return self.exclude(state=ApplicationState.DRAFT)

    def to_be_refunded(self):
        """Those that came to nothing although something was paid for them and not given back."""
        return self.filter(
            state__in=DECIDED, basket__attempts__payment__status="settled", basket__fulfilled_at=None
        ).exclude(basket__attempts__payment__refunds__isnull=False)


class Application(models.Model):
    """Somebody wants to join a tier that asks questions, or where somebody has to approve.

    Its random key stands in the address of its pages.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Made with the form, so that a form sent twice makes one application.
    form_key = models.UUIDField(unique=True, editable=False)
    tier = models.ForeignKey(
        "members.Tier", on_delete=models.PROTECT, related_name="applications", verbose_name=_("tier")
    )
    # As the tier's rule was when it was sent: a change of the rule does not move what is under way.
    approval = models.CharField(_("approval"), max_length=10, choices=Approval, default=Approval.NONE)
    state = models.CharField(_("state"), max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT)
    given_name = models.CharField(_("given name"), max_length=150)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    # By the code of the field; an unanswered one is left out.
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    wants_news = models.BooleanField(_("wants news"), default=False)
    news_wording = models.TextField(_("wording of the question about news"), blank=True)
    gateway = models.CharField(_("way of payment"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    code = models.CharField(_("discount code"), max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        "members.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("contact"),
    )
    basket = models.OneToOneField(Basket, on_delete=models.PROTECT, null=True, blank=True, related_name="application")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-created_at"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        permissions = [("decide_application", _("Can approve and decline applications"))]
        indexes = [
            models.Index(fields=["state", "-sent_at"], name="application_by_state"),
            models.Index(
                models.functions.Upper("email"), condition=models.Q(contact=None), name="application_by_email_alone"
            ),
        ]

    def __str__(self):
        return self.applicant_name

    @property
    def applicant_name(self) -> str:
        return " ".join(filter(None, [self.given_name, self.family_name]))

    @property
    def questions(self) -> list[TierQuestion]:
        """What its tier asks, in order, each with its field and choices."""
        return list(self.tier.questions.select_related("field").prefetch_related("field__choices"))


class EventKind(models.TextChoices):
    SENT = "sent", _("Sent")
    ASKED = "asked", _("Asked back")
    ANSWERED = "answered", _("Answered")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    JOINED = "joined", _("Became a member")


class ApplicationEvent(models.Model):
    """What happened to an application: what was asked, answered and decided, by whom. Rows are only ever added."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("what happened"), max_length=10, choices=EventKind)
    text = models.TextField(_("text"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField(_("happened at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("event of an application")
        verbose_name_plural = _("events of applications")

    def __str__(self):
        return self.get_kind_display()
