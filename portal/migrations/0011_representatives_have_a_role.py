"""God man, förvaltare and ombud sign in as themselves: a role, which alone opens nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_peers_sign_a_pledge")]

    operations = [
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('PARTICIPANT', 'participant'), ('GUIDE', 'guide'), ('CASE_MANAGER', 'case manager'), ('JOB_COACH', 'job coach'), ('ACTIVITY_LEADER', 'activity leader'), ('EMPLOYER_CONTACT', 'employer contact'), ('MANAGER', 'manager'), ('BENEFITS_OFFICER', 'benefits officer'), ('LOG_REVIEWER', 'log reviewer'), ('ADMINISTRATOR', 'administrator'), ('PEER_SUPPORTER', 'peer supporter'), ('VOLUNTEER', 'volunteer'), ('REPRESENTATIVE', 'representative')], max_length=20, verbose_name='role'),
        ),
    ]
