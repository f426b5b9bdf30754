"""Error pages in the same look, with something to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came from another page or a browser without cookies."""
    return render(request, "403_csrf.html", status=403)
