from django.urls import path

from portal import privacy_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("cards/<int:pk>.pdf", views.card, name="card"),
    path("receipts/<int:pk>.pdf", views.receipt, name="receipt"),
    path("giving/<int:pk>/stop/", views.stop_recurring_gift, name="stop_recurring_gift"),
    path("shifts/<int:pk>/cancel/", views.cancel_shift, name="cancel_shift"),
    path("preferences/", views.preferences, name="preferences"),
    path("data/", privacy_views.my_data, name="my_data"),
    path("data/erase/", privacy_views.ask_for_erasure, name="ask_for_erasure"),
]
