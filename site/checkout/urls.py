from django.urls import path

from checkout import application_views, automatic_views, link_views, present_views, transfer_views, views, zakat_views

app_name = "checkout"
urlpatterns = [
    path("join/<slug:slug>/", application_views.join, name="join"),
    path("application/<uuid:pk>/", application_views.application, name="application"),
    path("application/<uuid:pk>/details/", application_views.DetailsView.as_view(), name="application_details"),
    path("application/<uuid:pk>/questions/", application_views.QuestionsView.as_view(), name="application_questions"),
    path("application/<uuid:pk>/send/", application_views.SendView.as_view(), name="application_send"),
    path("application/<uuid:pk>/link/", application_views.send_link, name="application_link"),
    path("application/<uuid:pk>/withdraw/", application_views.withdraw_application, name="application_withdraw"),
    path("renew/", views.RenewView.as_view(), name="renew"),
    path("renew/<int:membership>/", views.RenewView.as_view(), name="renew_membership"),
    path("renew/link/<str:token>/", link_views.RenewByLinkView.as_view(), name="renew_by_link"),
    path("renew/not-this-year/<str:token>/", link_views.not_this_year, name="not_this_year"),
    path("renew/<int:membership>/not-this-year/", link_views.my_not_this_year, name="my_not_this_year"),
    path("automatic/<int:membership>/", automatic_views.my_renewal, name="automatic"),
    path("automatic/<int:membership>/stop/", automatic_views.stop_mine, name="stop_automatic"),
    path("automatic/stop/<str:token>/", automatic_views.stop_by_link, name="automatic_stop_by_link"),
    path("automatic/card/<str:token>/", automatic_views.card_by_link, name="automatic_card_by_link"),
    path("automatic/given/<str:reference>/", automatic_views.card_given, name="automatic_card_given"),
    path("change/<int:membership>/", views.ChangeView.as_view(), name="change"),
    path("zakat/", zakat_views.zakat, name="zakat"),
    path("give/", views.GiveView.as_view(), name="give"),
    path("give/<slug:appeal>/", views.GiveView.as_view(), name="give_to_appeal"),
    path("present/give/<slug:slug>/", present_views.GivePresentView.as_view(), name="give_present"),
    path("present/mine/<str:token>/", present_views.present_at_address, name="present_at_address"),
    path("present/<str:token>/", present_views.present, name="present"),
    path("<uuid:basket>/", views.basket, name="basket"),
    path("<uuid:basket>/voucher.pdf", present_views.voucher, name="voucher"),
    path("<uuid:basket>/invoice.pdf", transfer_views.invoice, name="invoice"),
    path("<uuid:basket>/transfer.svg", transfer_views.transfer_code, name="transfer_code"),
    path("<uuid:basket>/go/", views.go_to_gateway, name="go"),
]
