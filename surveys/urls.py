"""Addresses below /survey/. The code is what the shared link, the poster and the QR code carry."""

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("<slug:code>/", views.answer, name="answer"),
    path("<slug:code>/thanks/", views.thanks, name="thanks"),
    path("<slug:code>/results/", views.results, name="results"),
]
