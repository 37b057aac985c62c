"""What the demo nonprofit writes on paper, and where its people live."""

from config.demo.nonprofit import words
from members.models import Address, Contact, LetterKind, LetterTemplate

# Streets and towns by the number of the person; the others have no postal address.
HOMES = {
    0: ("شارع الملك طلال 7\nالطابق الثاني", "11118", "عمّان", "JO"),
    1: ("شارع الجامعة 21", "21163", "إربد", "JO"),
    3: ("شارع المحطة 4", "13110", "الزرقاء", "JO"),
    4: ("شارع الزهور 30", "11134", "عمّان", "JO"),
    13: ("Rainbow Street 12", "11181", "Amman", "JO"),
    15: ("Lindenallee 8", "20146", "Hamburg", "DE"),
    16: ("خیابان ولیعصر ۱۱۰، واحد ۳", "1968643111", "تهران", "IR"),
}


def create_letters() -> None:
    """A certificate and a letter in three languages."""
    LetterTemplate.objects.create(
        name="Certificate of membership",
        kind=LetterKind.CERTIFICATE,
        title=words("شهادة عضوية", "Certificate of membership", "گواهی عضویت"),
        text=words(
            "عضوية مسجلة لدى {nonprofit} بالرقم {number} في فئة «{tier}» منذ {since}.\nالعضوية سارية حتى {until}.",
            "has belonged to {nonprofit} since {since} under the number {number}, as “{tier}”.\n"
            "The membership runs until {until}.",
            "از {since} با شماره {number} و در سطح «{tier}» عضو {nonprofit} است.\nعضویت تا {until} اعتبار دارد.",
        ),
    )
    LetterTemplate.objects.create(
        name="Welcome letter",
        title=words("أهلًا بكم بيننا", "Welcome among us", "به جمع ما خوش آمدید"),
        text=words(
            "تحية طيبة {salutation}،\n\nشكرًا لانضمامكم إلى {nonprofit}. رقم عضويتكم هو {number}، والعضوية سارية حتى "
            "{until}.\n\nبطاقة العضوية تفتح لكم لقاءاتنا الشهرية ومكتبة الحي. يسعدنا أن نراكم قريبًا، وإن كان لديكم "
            "سؤال فاتصلوا بنا أو مرّوا بنا في أي يوم عمل.",
            "Dear {salutation},\n\nThank you for joining {nonprofit}. Your member number is {number}, and your membership "
            "runs until {until}.\n\nYour card opens our monthly gatherings and the library of the quarter to you. We hope "
            "to see you soon. If you have a question, call us or come by on any working day.",
            "{salutation} گرامی،\n\nاز پیوستن شما به {nonprofit} سپاسگزاریم. شماره عضویت شما {number} است و عضویت تا "
            "{until} اعتبار دارد.\n\nبا کارت عضویت به دیدارهای ماهانه و کتابخانه محله خوش آمدید. به امید دیدار؛ اگر "
            "پرسشی دارید، تماس بگیرید یا در هر روز کاری سری به ما بزنید.",
        ),
    )


def create_addresses(contacts: list[Contact]) -> None:
    """Some of the people can be written to by letter."""
    for number, (lines, postcode, city, country) in HOMES.items():
        Address.objects.create(contact=contacts[number], lines=lines, postcode=postcode, city=city, country=country)
