"""How long one stays, the bus card, and a drawing of the door."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0026_levels_lead_onwards'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='how_long',
            field=models.CharField(blank=True, max_length=100, verbose_name='how long one usually stays'),
        ),
        migrations.AddField(
            model_name='activity',
            name='bus_card',
            field=models.BooleanField(default=False, verbose_name='we can help with a bus card'),
        ),
        migrations.AddField(
            model_name='place',
            name='entrance',
            field=models.CharField(blank=True, choices=[('DOOR', 'a door'), ('GLASS', 'a glass door'), ('GATE', 'a gate'), ('GARAGE', 'a garage door'), ('STAIRS', 'stairs down'), ('OUTDOORS', 'no door, it is outdoors')], max_length=10, verbose_name='the way in'),
        ),
    ]
