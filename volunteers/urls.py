"""Addresses below /volunteer/."""

from django.urls import path

from volunteers import views

app_name = "volunteers"
urlpatterns = [
    path("", views.shifts, name="shifts"),
    path("shift/<int:shift>/", views.take_place, name="sign_up"),
    path("signed-up/<uuid:reference>/", views.signed_up, name="signed_up"),
]
