"""A small site in two languages, and pages of every type to hang into it."""

from datetime import date

from wagtail.models import Locale, Page, Site

from pages.models import (
    AppealPage,
    ComplaintBoxPage,
    ContactPage,
    GivingPage,
    HomePage,
    MembershipPage,
    Menu,
    MenuItem,
    NewsIndexPage,
    NewsPage,
    StandardPage,
    SurveyPage,
    VolunteeringPage,
)
from tests.factories.donations import AppealFactory
from tests.factories.surveys import SurveyFactory

BODY = [
    ("heading", {"text": "What we do"}),
    ("text", "<p>A kitchen, a clinic and an evening class.</p>"),
    ("quote", {"text": "They asked after me.", "name": "Umm Khalid", "role": ""}),
    ("call_to_action", {"title": "", "text": "", "button": "See the shifts", "url": "/en/volunteer/"}),
    ("cards", {"title": "", "cards": [{"title": "The kitchen", "text": "Daily.", "url": "/en/"}, {"title": "Clinic"}]}),
    ("notice", {"kind": "warning", "title": "Closed", "text": "<p>Back on Sunday.</p>"}),
    ("figures", {"title": "", "figures": [{"value": "86", "label": "volunteers"}], "source": ""}),
    ("questions", {"title": "", "questions": [{"question": "Where does it go?", "answer": "<p>Here.</p>"}]}),
]
DOORS = [
    ("door", {"icon": icon, "title": title, "text": "", "url": "/en/search/"})
    for icon, title in (("join", "Join"), ("give", "Give"), ("volunteer", "Volunteer"), ("tell", "Tell us"))
]


def make_site() -> HomePage:
    """An Arabic home page with its English sister; the site's root is the Arabic one. Returns the English one."""
    arabic, _made = Locale.objects.get_or_create(language_code="ar")
    english, _made = Locale.objects.get_or_create(language_code="en")
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title="بيت الجار", slug="home-ar", locale=arabic, doors=DOORS))
    sister = root.add_child(
        instance=HomePage(
            title="House of the Neighbour",
            slug="home-en",
            locale=english,
            translation_key=home.translation_key,
            introduction="Neighbours who look after each other.",
            doors=DOORS,
            body=BODY,
        )
    )
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "testserver", "root_page": home})
    return sister


def add_page(parent: Page, page_class: type[Page], **fields) -> Page:
    """A published page of any type below `parent`, in its language."""
    count = parent.numchild
    fields = {"title": f"{page_class.__name__} {count}", "slug": f"page-{count}", "locale": parent.locale, **fields}
    page = parent.add_child(instance=page_class(**fields))
    page.save_revision().publish()
    return page


def add_one_of_each(home: HomePage) -> dict[str, Page]:
    """One page of every type below `home`, by the name of its class."""
    news = add_page(home, NewsIndexPage)
    pages = [
        add_page(home, StandardPage, body=BODY),
        add_page(home, MembershipPage),
        add_page(home, GivingPage),
        add_page(home, AppealPage, appeal=AppealFactory()),
        add_page(home, VolunteeringPage),
        add_page(home, SurveyPage, survey=SurveyFactory()),
        add_page(home, ComplaintBoxPage),
        add_page(home, ContactPage),
        news,
        add_page(news, NewsPage, published_on=date(2026, 3, 1), body=BODY),
    ]
    return {"HomePage": home, **{type(page).__name__: page for page in pages}}


def make_menu(site: Site, language: str, *links: tuple[str, Page | str], place: str = "header") -> Menu:
    """The menu of one language with `links` of title and page or address."""
    menu = Menu.objects.create(site=site, locale=Locale.objects.get(language_code=language))
    for order, (title, target) in enumerate(links):
        target_field = {"link_page": target} if isinstance(target, Page) else {"link_url": target}
        MenuItem.objects.create(menu=menu, title=title, place=place, sort_order=order, **target_field)
    return menu
