"""Peer supporters and volunteers work here once they have signed a pledge of confidentiality."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0009_ways_to_sign_in")]

    operations = [
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('PARTICIPANT', 'participant'), ('GUIDE', 'guide'), ('CASE_MANAGER', 'case manager'), ('JOB_COACH', 'job coach'), ('ACTIVITY_LEADER', 'activity leader'), ('EMPLOYER_CONTACT', 'employer contact'), ('MANAGER', 'manager'), ('BENEFITS_OFFICER', 'benefits officer'), ('LOG_REVIEWER', 'log reviewer'), ('ADMINISTRATOR', 'administrator'), ('PEER_SUPPORTER', 'peer supporter'), ('VOLUNTEER', 'volunteer')], max_length=20, verbose_name='role'),
        ),
        migrations.AddField(
            model_name='membership',
            name='pledged_on',
            field=models.DateField(blank=True, null=True, verbose_name='pledge of confidentiality signed'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(
                condition=~models.Q(role__in=('PEER_SUPPORTER', 'VOLUNTEER')) | models.Q(pledged_on__isnull=False),
                name='a_peer_has_signed_a_pledge',
            ),
        ),
    ]
