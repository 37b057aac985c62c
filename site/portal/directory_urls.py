"""The public part of the member directory."""

from django.urls import path

from portal import directory_views

app_name = "directory"
urlpatterns = [
    path("", directory_views.public_list, name="list"),
    path("<int:pk>/reach/", directory_views.public_reach, name="reach"),
    path("<int:pk>/photo/", directory_views.public_photo, name="photo"),
]
