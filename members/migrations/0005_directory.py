import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0004_membership_rules'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='DirectoryEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('name', 'Name'), ('photo', 'Photo'), ('about', 'Occupation, or a few words about yourself'), ('organisation', 'Organisation'), ('city', 'Town'), ('email', 'E-mail address'), ('phone', 'Telephone'), ('website', 'Website')], max_length=12, verbose_name='what')),
                ('audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], max_length=8, verbose_name='shown to')),
                ('wording', models.TextField(blank=True, verbose_name='wording shown')),
                ('source', models.CharField(max_length=100, verbose_name='where')),
                ('happened_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='directory_events', to='members.contact')),
            ],
            options={
                'verbose_name': 'directory choice',
                'verbose_name_plural': 'directory choices',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DirectorySettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('off', 'Off: there is no directory'), ('members', 'For members only'), ('public', 'Public: for members, and for everyone what they share with everyone')], default='off', max_length=8, verbose_name='who may open the directory')),
                ('search_engines_allowed', models.BooleanField(default=False, help_text='What a search engine has once found stays findable there for some time after a member has left.', verbose_name='search engines may list the public pages')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'member directory',
                'verbose_name_plural': 'member directory',
            },
        ),
        migrations.CreateModel(
            name='DirectoryEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shown_name', models.CharField(blank=True, max_length=200, verbose_name='name as shown')),
                ('about', models.CharField(blank=True, max_length=300, verbose_name='occupation, or a few words')),
                ('organisation', models.CharField(blank=True, max_length=200, verbose_name='organisation')),
                ('city', models.CharField(blank=True, max_length=120, verbose_name='town')),
                ('website', models.URLField(blank=True, validators=[django.core.validators.URLValidator(schemes=['https', 'http'])], verbose_name='website')),
                ('name_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see your name?')),
                ('photo_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see your photo?')),
                ('about_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see what you do?')),
                ('organisation_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see your organisation?')),
                ('city_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see your town?')),
                ('email_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see your e-mail address?')),
                ('phone_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see your telephone number?')),
                ('website_audience', models.CharField(choices=[('nobody', 'Nobody'), ('members', 'Members'), ('everyone', 'Everyone')], default='nobody', max_length=8, verbose_name='Who may see your website?')),
                ('counts_if_born_by', models.DateField(editable=False, null=True)),
                ('search_name', models.CharField(editable=False, max_length=600)),
                ('name_words', models.TextField(editable=False)),
                ('about_words', models.TextField(editable=False)),
                ('organisation_words', models.TextField(editable=False)),
                ('city_words', models.TextField(editable=False)),
                ('hidden_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='hidden by the office')),
                ('hidden_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='why the office hid it')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='directory_entry', to='members.contact')),
                ('hidden_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'directory entry',
                'verbose_name_plural': 'directory entries',
                'ordering': ['search_name', 'pk'],
                'permissions': [('hide_directoryentry', 'May take an entry out of the member directory')],
                'indexes': [models.Index(fields=['search_name', 'id'], name='directory_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name_audience', 'nobody'), models.Q(('shown_name', ''), _negated=True), _connector='OR'), name='directory_shows_a_name', violation_error_message='Please enter a name.')],
            },
        ),
    ]
