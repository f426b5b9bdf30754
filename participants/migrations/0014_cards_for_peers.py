"""What a person shows a peer supporter or a volunteer, and who may read it.

A peer has no row of `Access`: that the card is shown to this membership is all. Protection and the
end of the support take every card back in the same statement, whoever sees which rows.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from importlib import import_module

from portal import policies
from portal.models import Level
from portal.policies import Protect, of_a_person

OWNER = import_module("participants.migrations.0010_second_belt").OWNER

CARD = (
    f"({of_a_person('participants_peercard', Level.READ)}"
    f" AND ({policies.MEMBERSHIP} = 0 OR owner_id = {OWNER}))"
    f" OR (membership_id = {policies.MEMBERSHIP} AND taken_back_at IS NULL"
    " AND until > statement_timestamp())"
)

FOLLOW = """
CREATE FUNCTION take_back_cards() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE participants_peercard SET taken_back_at = statement_timestamp()
  WHERE participant_id = NEW.id AND taken_back_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER cards_follow_the_person
  AFTER UPDATE OF protection, closed_at ON participants_participant
  FOR EACH ROW WHEN (NEW.protection > 0 OR NEW.closed_at IS NOT NULL)
  EXECUTE FUNCTION take_back_cards();
REVOKE ALL ON FUNCTION take_back_cards() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0013_account_at_an_address"),
        ("portal", "0010_peers_sign_a_pledge"),
    ]

    operations = [
        migrations.CreateModel(
            name='PeerCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='proposed')),
                ('reason', models.CharField(max_length=200, verbose_name='why')),
                ('first_name', models.CharField(blank=True, max_length=100, verbose_name='first name')),
                ('reach', models.CharField(blank=True, max_length=100, verbose_name='how to reach you')),
                ('line', models.CharField(blank=True, max_length=300, verbose_name='in your own words')),
                ('times', models.JSONField(blank=True, default=list, verbose_name='times')),
                ('shown_at', models.DateTimeField(editable=False, null=True, verbose_name='shown')),
                ('until', models.DateTimeField(editable=False, null=True, verbose_name='until')),
                ('taken_back_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back')),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='peer_cards', to='portal.membership')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organisation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='peer_cards', to='participants.participant')),
            ],
            options={
                'verbose_name': 'card for a peer',
                'verbose_name_plural': 'cards for peers',
                'indexes': [models.Index(fields=['membership', 'until'], name='card_shown_to_a_peer')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('participant', 'membership'), name='a_person_has_one_card_for_each_peer'),
                    models.CheckConstraint(
                        condition=models.Q(shown_at=None, until=None, first_name='', reach='', line='', times=[])
                        | (models.Q(shown_at__isnull=False, until__isnull=False) & ~models.Q(first_name='')),
                        name='a_card_says_nothing_until_the_person_shows_it',
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            FOLLOW,
            "DROP TRIGGER cards_follow_the_person ON participants_participant;"
            " DROP FUNCTION take_back_cards();",
        ),
        Protect("participants_peercard", CARD),
    ]
