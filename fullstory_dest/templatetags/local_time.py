"""Times with their zone, shown by local-time.js in the reader's."""

from django import template

from fullstory_dest.admin.base import times

register = template.Library()
register.filter("local_time", times.local_time)
