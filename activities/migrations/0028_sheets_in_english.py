"""A sheet may be read in English too, question by question."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0027_what_one_wonders_before_going'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='english',
            field=models.JSONField(db_default={}, default=dict, editable=False, verbose_name='in English'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='english',
            field=models.JSONField(db_default={}, default=dict, editable=False, verbose_name='in English'),
        ),
        migrations.AddField(
            model_name='support',
            name='english',
            field=models.JSONField(db_default={}, default=dict, editable=False, verbose_name='in English'),
        ),
    ]
