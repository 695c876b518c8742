"""Hindi: Django has no format of date and time, and would write both in the American order."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
