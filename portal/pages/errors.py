"""Error pages in the same look, with something to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import drafts

NOT_TYPED = {"csrfmiddlewaretoken", "submission_id", drafts.TICKET}
LEAST = 12  # characters: what is shorter is a choice or a day, and quickly said again


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer the same for what is not there and what is not yours, and lose nobody's words.

    A yes may be taken back while a colleague writes: the note is refused, and the words stand here.
    They come from the sending itself, so that the answer tells nothing about what is behind it.
    """
    sent = request.POST.lists() if request.method == "POST" else ()
    texts = [
        one
        for name, values in sent
        if name not in NOT_TYPED and "password" not in name
        for one in values
    ]
    typed = [text for text in texts if len(text) >= LEAST and " " in text.strip()]
    return render(request, "404.html", {"typed": typed}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came from another page or a browser without cookies."""
    return render(request, "403_csrf.html", status=403)
