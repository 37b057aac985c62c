from django.urls import path

from checkout import link_views, views

app_name = "checkout"
urlpatterns = [
    path("join/<slug:slug>/", views.JoinView.as_view(), name="join"),
    path("renew/", views.RenewView.as_view(), name="renew"),
    path("renew/<int:membership>/", views.RenewView.as_view(), name="renew_membership"),
    path("renew/link/<str:token>/", link_views.RenewByLinkView.as_view(), name="renew_by_link"),
    path("renew/not-this-year/<str:token>/", link_views.not_this_year, name="not_this_year"),
    path("renew/<int:membership>/not-this-year/", link_views.my_not_this_year, name="my_not_this_year"),
    path("change/<int:membership>/", views.ChangeView.as_view(), name="change"),
    path("give/", views.GiveView.as_view(), name="give"),
    path("give/<slug:appeal>/", views.GiveView.as_view(), name="give_to_appeal"),
    path("<uuid:basket>/", views.basket, name="basket"),
    path("<uuid:basket>/go/", views.go_to_gateway, name="go"),
]
