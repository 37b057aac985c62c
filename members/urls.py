from django.urls import path

from members import views

app_name = "members"
urlpatterns = [
    path("keys.json", views.card_keys, name="card_keys"),
    path("<str:token>/", views.verify_card, name="verify_card"),
]
