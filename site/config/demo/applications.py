"""Young people apply for a membership of their own, and the office decides."""

import uuid
from datetime import date

from djmoney.money import Money

from checkout.domain.applications import save_answers, send, start_application
from checkout.domain.approvals import ask_back
from checkout.domain.baskets import Payer
from config.demo.nonprofit import CURRENCY, words
from members.models import Approval, CustomField, CustomFieldChoice, CustomFieldKind, Tier, TierQuestion


def create_youth_tier() -> Tier:
    """A tier that asks questions, is for some ages, and has so many places."""
    tier = Tier.objects.create(
        slug="youth",
        name=words("عضو شاب", "Young member", "عضو جوان"),
        description=words(
            "للشباب الذين يريدون أن يتعلموا ويعلّموا معنا.",
            "For young people who want to learn and teach with us.",
            "برای جوانانی که می‌خواهند با ما بیاموزند و بیاموزانند.",
        ),
        benefits=words(
            "دورات مجانية\nلقاء كل خميس\nرسالة توصية بعد سنة",
            "Free courses\nA gathering every Thursday\nA letter of recommendation after a year",
            "دوره‌های رایگان\nدیدار هر پنجشنبه\nتوصیه‌نامه پس از یک سال",
        ),
        price=Money(5, CURRENCY),
        minimum_age=16,
        maximum_age=25,
        capacity=40,
        approval=Approval.BEFORE_PAYING,
        position=3,
    )
    for number, field in enumerate(_fields()):
        TierQuestion.objects.create(tier=tier, field=field, is_required=number == 0, sort_order=number)
    return tier


def _fields() -> list[CustomField]:
    motive = CustomField.objects.create(
        code="motive",
        label=words("لماذا ترغب في الانضمام؟", "Why do you want to join?", "چرا می‌خواهید عضو شوید؟"),
        help_text=words("تكفي جملتان أو ثلاث.", "Two or three sentences are enough.", "دو سه جمله کافی است."),
    )
    heard = CustomField.objects.create(
        code="heard_from",
        kind=CustomFieldKind.CHOICE,
        label=words("كيف عرفت عنا؟", "How did you hear of us?", "چگونه با ما آشنا شدید؟"),
        position=1,
    )
    choices = [
        ("friend", words("من صديق", "From a friend", "از یک دوست")),
        ("school", words("في المدرسة أو الجامعة", "At school or university", "در مدرسه یا دانشگاه")),
        ("web", words("على الإنترنت", "On the internet", "در اینترنت")),
    ]
    for number, (code, label) in enumerate(choices):
        CustomFieldChoice.objects.create(field=heard, code=code, label=label, position=number)
    return [motive, heard]


def create_applications(tier: Tier, today: date) -> None:
    """Two that wait, of which one was asked something."""
    people = [
        ("سلمى", "النابلسي", "salma@bayader.example", "أريد أن أعلّم الصغار القراءة بعد المدرسة.", "school"),
        (
            "Omar",
            "Khalil",
            "omar.khalil@bayader.example",
            "My brother volunteers in the kitchen, and I want to help.",
            "friend",
        ),
    ]
    for given_name, family_name, email, motive, heard in people:
        payer = Payer(given_name, family_name, email, "ar", birth_date=date(today.year - 19, 3, 14))
        application = start_application(payer, tier=tier, form_key=uuid.uuid4(), on=today)
        save_answers(application, {"motive": motive, "heard_from": heard})
        application = send(application, gateway="sandbox", on=today)
    ask_back(application, "Which evening of the week suits you best?", by=None)
