"""What fullstory-dest uses of unfold's lists, which have no types of their own."""

from django.contrib.admin.views import main

class ChangeList(main.ChangeList): ...
