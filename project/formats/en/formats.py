"""The format of local-time.js, for times that it doesn't convert and before it runs: Dec 3, 2026, 12:00 AM UTC."""

DATE_FORMAT = "M j, Y"
DATETIME_FORMAT = "M j, Y, g:i A T"
