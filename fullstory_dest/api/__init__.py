"""The REST API at ``/api/v1/``. Each resource has a module with its serializers and views."""
