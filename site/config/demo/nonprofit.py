"""The demo nonprofit's own data: who it is, what it offers, what it asks for."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from djmoney.money import Money
from i18nfield.strings import LazyI18nString
from wagtail.models import Site

from donations.models import Appeal, Fund, FundKind, Metal, MetalPrice
from members.models import DirectoryScope, DirectorySettings, NonprofitProfile, Tier
from surveys.complaints.models import Category
from surveys.models import Question, QuestionKind, Service, Survey, SurveyStatus
from volunteers.models import Opportunity, Shift

CURRENCY = "JOD"


def words(ar: str, en: str, fa: str) -> LazyI18nString:
    """One text in the three languages."""
    return LazyI18nString({"ar": ar, "en": en, "fa": fa})


def open_directory(site: Site) -> None:
    """The demo has a member directory, and a public part of it."""
    DirectorySettings.objects.update_or_create(site=site, defaults={"scope": DirectoryScope.PUBLIC})


def create_profile(site: Site) -> NonprofitProfile:
    """Who the nonprofit is."""
    profile, _is_new = NonprofitProfile.objects.update_or_create(
        site=site,
        defaults={
            "name": words("جمعية بيادر", "Bayader Association", "انجمن بیادر"),
            "purpose": words(
                "جيران يعلّمون ويطبخون ويعالجون معًا في شرق عمّان",
                "Neighbours who teach, cook and heal together in East Amman",
                "همسایه‌هایی که در شرق امّان با هم آموزش می‌دهند، غذا می‌پزند و درمان می‌کنند",
            ),
            "legal_name": words("جمعية بيادر الخيرية", "Bayader Charitable Association", "انجمن خیریه بیادر"),
            "registration_number": "2009/114-3",
            "tax_number": "120045871",
            "postal_address": words(
                "شارع الزهور 14، جبل النصر\nعمّان 11134، الأردن",
                "14 Al-Zuhour Street, Jabal al-Nasr\nAmman 11134, Jordan",
                "خیابان الزهور ۱۴، جبل النصر\nامّان ۱۱۱۳۴، اردن",
            ),
            "email": "hello@bayader.example",
            "phone": "+962 6 500 0000",
            "opening_hours": words(
                "السبت إلى الخميس، 9:00 إلى 17:00", "Saturday to Thursday, 9:00 to 17:00", "شنبه تا پنجشنبه، ۹ تا ۱۷"
            ),
            "bank_name": "Bank of the Quarter",
            "bank_account": "JO94CBJO0010000000000131000302",
            "bank_code": "CBJOJOAX",
            "currency": CURRENCY,
            "payment_fee_percent": Decimal("2.5"),
            "receipt_signatory": words("هالة القاسم، أمينة الصندوق", "Hala Qasem, treasurer", "هاله قاسم، خزانه‌دار"),
        },
    )
    return profile


def create_tiers() -> dict[str, Tier]:
    """What one can be."""
    rows = [
        ("friend", 10, words("صديق", "Friend", "دوست"), words("نشرتنا الشهرية ودعوة إلى كل لقاء.", "Our monthly letter and an invitation to every gathering.", "خبرنامه ماهانه و دعوت به هر دیدار.")),
        ("member", 25, words("عضو عامل", "Full member", "عضو اصلی"), words("صوت في الهيئة العامة وبطاقة عضوية.", "A vote in the assembly and a membership card.", "یک رأی در مجمع و کارت عضویت.")),
        ("supporter", 100, words("عضو داعم", "Supporting member", "عضو حامی"), words("كل ما للعضو العامل، واسمك على جدار المكتبة.", "All that a full member has, and your name on the library's wall.", "همه آنچه عضو اصلی دارد و نام شما بر دیوار کتابخانه.")),
    ]  # fmt: skip
    return {
        slug: Tier.objects.create(slug=slug, name=name, description=text, price=Money(price, CURRENCY), position=number)
        for number, (slug, price, name, text) in enumerate(rows)
    }


def create_funds() -> dict[str, Fund]:
    """What money is given for."""
    rows = [
        ("general", FundKind.GENERAL, words("حيث الحاجة أكبر", "Where it is needed most", "هر جا نیاز بیشتر است"), words("نوزّعه كل شهر على البرامج الثلاثة.", "Shared among the three programmes every month.", "هر ماه میان سه برنامه تقسیم می‌شود.")),
        ("reading", FundKind.RESTRICTED, words("القراءة للأطفال", "Reading for children", "خواندن برای کودکان"), words("كتب ومعلمون وثلاثة أركان للقراءة.", "Books, teachers and three reading corners.", "کتاب، آموزگار و سه گوشه مطالعه.")),
        ("kitchen", FundKind.SADAQAH, words("مطبخ الحي", "The neighbourhood kitchen", "آشپزخانه محله"), words("وجبة ساخنة بدينار ونصف.", "A hot meal for one and a half dinars.", "یک وعده گرم با یک دینار و نیم.")),
        ("zakat", FundKind.ZAKAT, words("الزكاة", "Zakat", "زکات"), words("تُصرف لمستحقيها في الحي خلال السنة نفسها.", "Paid to those entitled to it in the quarter within the same year.", "در همان سال به مستحقان محله می‌رسد.")),
    ]  # fmt: skip
    return {
        slug: Fund.objects.create(slug=slug, kind=kind, name=name, description=text, position=number)
        for number, (slug, kind, name, text) in enumerate(rows)
    }


def create_metal_prices(today: date) -> None:
    """What the zakat calculator goes by."""
    for metal, price in ((Metal.GOLD, "62.5"), (Metal.SILVER, "0.75")):
        MetalPrice.objects.create(metal=metal, price=Money(price, CURRENCY), on=today, source="Central Bank, demo")


def create_appeal(fund: Fund, today: date) -> Appeal:
    """A drive with a goal."""
    return Appeal.objects.create(
        slug="library",
        title=words("مكتبة متنقلة لقرى الشمال", "A travelling library for the north", "کتابخانه سیار برای شمال"),
        description=words(
            "حافلة تحمل ألفي كتاب إلى سبع قرى.",
            "A bus with two thousand books for seven villages.",
            "اتوبوسی با دو هزار کتاب برای هفت روستا.",
        ),
        fund=fund,
        goal=Money(12_000, CURRENCY),
        starts_on=today - timedelta(days=40),
        ends_on=today + timedelta(days=60),
    )


def create_services() -> dict[str, Service]:
    """What is rated and complained about."""
    rows = {
        "desk": words("مكتب الاستقبال", "Reception desk", "میز پذیرش"),
        "clinic": words("العيادة", "Clinic", "درمانگاه"),
        "reading": words("أركان القراءة", "Reading corners", "گوشه‌های مطالعه"),
    }
    return {
        code: Service.objects.create(name=name, position=number) for number, (code, name) in enumerate(rows.items())
    }


def create_categories() -> None:
    """What complaints are sorted by."""
    for number, name in enumerate(
        [
            words("تعامل الموظفين", "How staff treated me", "رفتار کارکنان"),
            words("مدة الانتظار", "Waiting time", "زمان انتظار"),
            words("المكان والنظافة", "Place and cleanliness", "مکان و پاکیزگی"),
            words("المال والإيصالات", "Money and receipts", "پول و رسید"),
            words("أمر آخر", "Something else", "چیز دیگر"),
        ]
    ):
        Category.objects.create(name=name, position=number)


def create_survey(service: Service) -> Survey:
    """A short survey on the five levels, open to all."""
    survey = Survey.objects.create(
        title=words(
            "كيف كانت زيارتك للعيادة؟", "How was your visit to the clinic?", "مراجعه شما به درمانگاه چطور بود؟"
        ),
        intro=words(
            "خمسة أسئلة، دقيقة واحدة. لا نسأل عن اسمك ولا نحفظ ما يدل عليك.",
            "Five questions, one minute. We do not ask who you are and keep nothing that could tell.",
            "پنج پرسش، یک دقیقه. نامتان را نمی‌پرسیم و چیزی که شما را بشناساند نگه نمی‌داریم.",
        ),
        thanks=words(
            "شكرًا، رأيك يحسّن عملنا.", "Thank you: this helps us do better.", "سپاس؛ نظر شما کار ما را بهتر می‌کند."
        ),
        code="clinic",
        service=service,
        status=SurveyStatus.OPEN,
    )
    questions = [
        words("استقبال الموظفين", "How staff received you", "برخورد کارکنان"),
        words("مدة الانتظار", "Waiting time", "زمان انتظار"),
        words("شرح الطبيب", "The doctor's explanation", "توضیح پزشک"),
        words("نظافة المكان", "Cleanliness", "پاکیزگی"),
    ]
    for number, text in enumerate(questions):
        Question.objects.create(survey=survey, text=text, position=number, is_required=number == 0)
    Question.objects.create(
        survey=survey,
        kind=QuestionKind.COMMENT,
        text=words("ماذا نحسّن أولًا؟", "What should we improve first?", "اول چه چیزی را بهتر کنیم؟"),
        position=len(questions),
    )
    return survey


def create_shifts(today: date) -> list[Shift]:
    """Work for volunteers in the coming weeks."""
    kitchen = Opportunity.objects.create(
        title=words("مساعد في المطبخ", "Kitchen helper", "کمک‌آشپز"),
        description=words(
            "نحضّر 140 وجبة مع فريق مرح.", "We cook 140 meals with a cheerful team.", "با گروهی شاد ۱۴۰ وعده می‌پزیم."
        ),
        place=words("فرع جبل النصر", "Jabal al-Nasr branch", "شعبه جبل النصر"),
    )
    reading = Opportunity.objects.create(
        title=words("صديق القراءة", "Reading friend", "دوست کتاب‌خوان"),
        description=words(
            "ساعتان مع ثلاثة أطفال وقصة.", "Two hours with three children and a story.", "دو ساعت با سه کودک و یک قصه."
        ),
        place=words("ركن القراءة، ماركا", "Reading corner, Marka", "گوشه مطالعه، مارکا"),
    )
    plan = [(kitchen, 3, 10, 3), (kitchen, 6, 10, 4), (reading, 4, 15, 1), (reading, 8, 15, 2), (kitchen, 13, 10, 4)]
    return [
        Shift.objects.create(
            opportunity=opportunity,
            starts_at=_moment(today + timedelta(days=days), hour),
            ends_at=_moment(today + timedelta(days=days), hour + 3),
            capacity=capacity,
        )
        for opportunity, days, hour, capacity in plan
    ]


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
