"""Addresses for machines: they carry no language."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from pages import views
from pages.sitemap import PagesSitemap

urlpatterns = [
    path("styles-<slug:digest>.css", views.styles, name="pages_styles"),
    path("theme.css", views.theme, name="pages_theme"),
    path("robots.txt", views.robots, name="pages_robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PagesSitemap}}, name="pages_sitemap"),
]
