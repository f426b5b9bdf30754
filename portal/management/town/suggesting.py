"""What Samira has suggested to Robin in the demo: one has an answer, two wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.models import Answer, Entry, Suggestion
from activities.services import suggestions

if TYPE_CHECKING:
    from portal.management.town.robin import Story

SUGGESTED = 3  # days ago
ANSWERED, *WAITING = "promenad", "cykelverkstaden-kvall", "kamratstod"


def suggest_something(story: Story) -> None:
    """Let Robin say not now to a walk, and have two things to answer."""
    entries = {one.slug: one for one in Entry.objects.exclude(activity=None, support=None)}
    for slug in (ANSWERED, *WAITING):
        made = suggestions.suggest(participant=story.person, entry=entries[slug], by=story.samira)
        if slug == ANSWERED:
            suggestions.answer_suggestion(
                suggestion=made, answer=Answer.NOT_NOW, by=story.robin, now=story.ago(1)
            )
        Suggestion.objects.filter(pk=made.pk).update(created_at=story.ago(SUGGESTED))
