from django.urls import path

from donations import views

app_name = "donations"

urlpatterns = [
    path("<str:reference>/", views.sandbox_pay, name="sandbox_pay"),
]
