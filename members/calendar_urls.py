from django.urls import path

from members.contacts import feed_views

urlpatterns = [path("<str:token>.ics", feed_views.feed, name="follow_up_feed")]
