from django.urls import path

from donations import views

app_name = "donations"

urlpatterns = [
    path("card/<str:reference>/", views.sandbox_card, name="sandbox_card"),
    path("<str:reference>/", views.sandbox_pay, name="sandbox_pay"),
]
