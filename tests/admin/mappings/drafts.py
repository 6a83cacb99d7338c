"""Drafts of mappings, and the request that runs an event through them."""

import json

PAGE_EVENT = {"type": "page", "name": "Home", "properties": {"path": "/"}}
TRY = "/admin/fullstory_dest/mapping/run/"


def tried(client, event, **typed):
    event = event if isinstance(event, str) else json.dumps(event)
    response = client.post(TRY, {"event": event, **typed})
    assert response.status_code == 200
    return response.json()


def draft(**changes):
    return {
        "action": "viewedPageV2",
        "trigger": 'type = "page"',
        "fields": json.dumps({"pageName": {"@path": "$.name"}, "properties": {"@path": "$.properties"}}),
        **changes,
    }
