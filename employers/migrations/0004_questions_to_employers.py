"""A question to an employer is about no person: whoever opens the register reads it."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('employers', '0003_cards_for_employers'),
        ('portal', '0012_browsers_are_sent_a_sign'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmployerAsk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('submission_id', models.UUIDField(editable=False, null=True, unique=True)),
                ('words', models.CharField(max_length=300, verbose_name='what we ask for')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('remind_on', models.DateField(editable=False)),
                ('ring_on', models.DateField(editable=False)),
                ('answer', models.CharField(blank=True, choices=[('YES', 'Yes, call us'), ('LATER', 'Ask us again later'), ('NO', 'No, not with us'), ('NONE', 'no answer')], max_length=5, verbose_name='answer')),
                ('answered_at', models.DateTimeField(editable=False, null=True)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.membership')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='employers.employer')),
                ('noted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'question to an employer',
                'verbose_name_plural': 'questions to employers',
                'indexes': [models.Index(fields=['employer', '-asked_at'], name='question_to_an_employer'), models.Index(condition=models.Q(('answer', '')), fields=['remind_on'], name='employer_is_silent')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', '')), fields=('employer',), name='an_employer_has_one_question_to_answer_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('noted_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_answer_of_an_employer_has_a_time')],
            },
        ),
    ]
