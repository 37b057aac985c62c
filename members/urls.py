from django.urls import path

from members import views

app_name = "members"
urlpatterns = [
    path("<str:token>/", views.verify_card, name="verify_card"),
]
