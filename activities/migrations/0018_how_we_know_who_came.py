"""How we know that somebody came, and who wants to stand on the list that members run."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0017_referrals'),
    ]

    operations = [
        migrations.AddField(
            model_name='attendance',
            name='how',
            field=models.CharField(choices=[('DOOR', 'by somebody who works there'), ('CARD', 'by a card and its PIN'), ('CODE', 'by a code of four figures, seen by nobody'), ('MEMBERS', "on the members' list")], db_default='DOOR', default='DOOR', editable=False, max_length=8, verbose_name='how we know'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='on_list',
            field=models.BooleanField(editable=False, null=True, verbose_name="on the members' list"),
        ),
    ]
