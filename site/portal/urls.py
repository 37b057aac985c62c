from django.urls import path

from portal import card_views, directory_views, giving_views, privacy_views, seat_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("cards/<int:pk>/", card_views.card_page, name="card_page"),
    path("cards/<int:pk>.pdf", card_views.card, name="card"),
    path("cards/<int:pk>.webmanifest", card_views.manifest, name="card_manifest"),
    path("receipts/<int:pk>.pdf", views.receipt, name="receipt"),
    path("giving/<int:pk>/", giving_views.recurring_gift, name="recurring_gift"),
    path("giving/<int:pk>/change/", giving_views.ChangeView.as_view(), name="change_recurring_gift"),
    path("giving/<int:pk>/day/", giving_views.DayView.as_view(), name="move_recurring_gift"),
    path("giving/<int:pk>/pause/", giving_views.PauseView.as_view(), name="pause_recurring_gift"),
    path("giving/<int:pk>/skip/", giving_views.skip_charge, name="skip_recurring_gift"),
    path("giving/<int:pk>/resume/", giving_views.resume_gift, name="resume_recurring_gift"),
    path("giving/<int:pk>/card/", giving_views.new_card, name="new_recurring_card"),
    path("giving/card/<str:token>/", giving_views.card_by_link, name="recurring_card_by_link"),
    path("giving/given/<str:reference>/", giving_views.card_given, name="recurring_card_given"),
    path("giving/<int:pk>/stop/", giving_views.StopView.as_view(), name="stop_recurring_gift"),
    path("shifts/<int:pk>/cancel/", views.cancel_shift, name="cancel_shift"),
    path("seats/<int:pk>/", seat_views.seats, name="seats"),
    path("seats/<int:pk>/remove/<int:contact>/", seat_views.remove, name="remove_seat"),
    path("seats/<int:pk>/withdraw/<uuid:invitation>/", seat_views.withdraw, name="withdraw_invitation"),
    path("invitation/<uuid:pk>/", seat_views.invitation, name="invitation"),
    path("preferences/", views.preferences, name="preferences"),
    path("directory/", directory_views.member_list, name="directory"),
    path("directory/<int:pk>/photo/", directory_views.member_photo, name="directory_photo"),
    path("directory/entry/", directory_views.my_entry, name="directory_entry"),
    path("directory/entry/photo/", directory_views.my_photo, name="directory_my_photo"),
    path("directory/entry/leave/", directory_views.leave, name="directory_leave"),
    path("data/", privacy_views.my_data, name="my_data"),
    path("data/erase/", privacy_views.ask_for_erasure, name="ask_for_erasure"),
]
