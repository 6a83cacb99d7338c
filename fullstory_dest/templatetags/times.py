"""Filters for times: relative, durations, and times that local-time.js shows in the reader's zone."""

from django import template

from fullstory_dest.admin.base import times

register = template.Library()
register.filter("ago", times.ago)
register.filter("lasting", times.lasting)
register.filter("local_time", times.local_time)
