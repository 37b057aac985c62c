"""Addresses below /box/."""

from django.urls import path

from surveys.complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.file, name="file"),
    path("follow/", views.follow, name="follow"),
]
