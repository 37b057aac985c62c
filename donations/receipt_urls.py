from django.urls import path

from donations import views

app_name = "receipts"
urlpatterns = [path("<str:code>/", views.verify_receipt, name="verify")]
