"""Who hears of an item when the colleague it was given to reads it no longer.

The rows of `Access` that tell are not the asker's own: the person reads on *Min plan* who asks
again, and sees none of them.
"""

from django.db import migrations

from portal import access
from portal.models import Ground

AT_WORK = (Ground.MAIN_CONTACT, Ground.TEAM, Ground.CONSENT, Ground.RELEASE)
READER = f"""
CREATE FUNCTION reader_of(
  wanted bigint, person bigint, kind smallint, item_owner bigint, wanted_item uuid
) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT held.membership_id FROM portal_access held
  WHERE held.ground IN ({', '.join(str(int(one)) for one in AT_WORK)})
    AND {access.NOW} AND {access.OPENS.format("person", "kind", "item_owner", "wanted_item")}
  ORDER BY held.membership_id = wanted DESC,
    EXISTS (SELECT FROM participants_maincontact mc
            WHERE mc.participant_id = person AND mc.membership_id = held.membership_id
              AND mc.ended_at IS NULL) DESC,
    held.valid_from, held.id
  LIMIT 1
$$;
REVOKE ALL ON FUNCTION reader_of(bigint, bigint, smallint, bigint, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reader_of(bigint, bigint, smallint, bigint, uuid) TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("participants", "0018_hand_overs_stay_open_until_both_have_met")]

    operations = [
        migrations.RunSQL(
            READER, "DROP FUNCTION reader_of(bigint, bigint, smallint, bigint, uuid);"
        )
    ]
