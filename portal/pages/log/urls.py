"""The log, as the person it tells about reads it and as its reviewer does."""

from django.urls import path

from portal.pages.log.views import mine, review

app_name = "log"

urlpatterns = [
    path("vem-har-tittat/", mine.who_looked, name="who_looked"),
    path("vem-har-tittat/fel/", mine.looks_wrong, name="looks_wrong"),
    path("granskning/", review.review_list, name="review_list"),
    path("granskning/<uuid:finding_id>/", review.review, name="review"),
]
