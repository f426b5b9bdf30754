"""Each activity has a level, and what it can lead on to; never to itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0025_every_sheet_is_confirmed'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='level',
            field=models.PositiveSmallIntegerField(choices=[(1, 'Open: come when you like'), (2, 'By timetable, or as a member'), (3, 'Practice or studies'), (4, 'A job with support'), (5, 'A job')], default=1, verbose_name='level'),
        ),
        migrations.CreateModel(
            name='NextStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='next_steps', to='activities.activity')),
                ('to_activity', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='led_to_from', to='activities.activity')),
                ('to_support', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='led_to_from', to='activities.support')),
            ],
            options={
                'verbose_name': 'next step',
                'verbose_name_plural': 'next steps',
                'constraints': [
                    models.UniqueConstraint(fields=('activity', 'to_activity', 'to_support'), name='an_activity_leads_to_a_thing_once', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(models.Q(('to_activity__isnull', False), ('to_support', None), models.Q(('to_activity', models.F('activity')), _negated=True)), models.Q(('to_activity', None), ('to_support__isnull', False)), _connector='OR'), name='a_next_step_leads_to_one_other_thing'),
                ],
            },
        ),
    ]
