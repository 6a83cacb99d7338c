"""REST, below ``/api/v1/``: one module a resource, each with its serializers and its views."""
