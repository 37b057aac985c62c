from .content import ContactPage, NewsIndexPage, NewsPage, StandardPage
from .home import HomePage
from .menu import Menu, MenuItem, MenuPlace
from .wings import AppealPage, ComplaintBoxPage, GivingPage, MembershipPage, SurveyPage, VolunteeringPage

__all__ = [
    "AppealPage",
    "ComplaintBoxPage",
    "ContactPage",
    "GivingPage",
    "HomePage",
    "MembershipPage",
    "Menu",
    "MenuItem",
    "MenuPlace",
    "NewsIndexPage",
    "NewsPage",
    "StandardPage",
    "SurveyPage",
    "VolunteeringPage",
]
