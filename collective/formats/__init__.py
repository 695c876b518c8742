"""How dates are written where Django's own formats are not right; named by `settings.FORMAT_MODULE_PATH`."""

from django.utils.translation import gettext_noop

# Django's Hindi catalogue misspells it; a project's catalogue is asked first.
NOVEMBER = gettext_noop("November")
