"""An employer who is asked gets a letter."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reminders', '0013_what_gateways_tell'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reminder',
            name='recipient_kind',
            field=models.CharField(choices=[('STAFF', 'colleague'), ('PARTICIPANT', 'participant'), ('CODE', 'somebody who signs in'), ('GUEST', 'somebody without an account'), ('EMPLOYER', 'employer who is asked')], max_length=12),
        ),
        migrations.AlterField(
            model_name='wish',
            name='recipient_kind',
            field=models.CharField(choices=[('STAFF', 'colleague'), ('PARTICIPANT', 'participant'), ('CODE', 'somebody who signs in'), ('GUEST', 'somebody without an account'), ('EMPLOYER', 'employer who is asked')], max_length=12),
        ),
    ]
