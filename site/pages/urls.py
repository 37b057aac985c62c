from django.urls import path

from pages import views

app_name = "pages"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
