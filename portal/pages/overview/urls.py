"""*Läget*: figures for those who lead."""

from django.urls import path

from portal.pages.overview import views

app_name = "overview"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("guider/", views.guide_list, name="guide_list"),
    path("siffror.csv", views.figures_export, name="figures_export"),
]
