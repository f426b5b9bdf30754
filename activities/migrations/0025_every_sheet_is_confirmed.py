"""What is wrong can be wrong with a support, or with what an organisation says of itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0024_sheets_are_written_here'),
    ]

    operations = [
        migrations.AlterField(
            model_name='hoursremark',
            name='activity',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hours_remarks', to='activities.activity'),
        ),
        migrations.AddField(
            model_name='hoursremark',
            name='support',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='activities.support'),
        ),
        migrations.AddField(
            model_name='hoursremark',
            name='sheet',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='activities.sheet'),
        ),
        migrations.AddConstraint(
            model_name='hoursremark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activity__isnull', False), ('sheet', None), ('support', None)), models.Q(('activity', None), ('sheet', None), ('support__isnull', False)), models.Q(('activity', None), ('sheet__isnull', False), ('support', None)), _connector='OR'), name='a_remark_is_about_one_sheet'),
        ),
    ]
