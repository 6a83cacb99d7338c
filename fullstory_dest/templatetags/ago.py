"""How long ago something was, and how long it lasted, in words."""

from django import template

from fullstory_dest.admin.base import times

register = template.Library()
register.filter("ago", times.ago)
register.filter("lasting", times.lasting)
