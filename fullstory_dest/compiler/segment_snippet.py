"""Segment's snippet (``@segment/snippet`` 5.2, minified) with this server's host and a source's write key.

Copyright (c) 2018 Segment.io, Inc., MIT license: https://github.com/segmentio/snippet
"""

from __future__ import annotations

from typing import Final

from fullstory_dest.compiler.files import script_literal

_snippet: Final = (
    '!function(){var i="analytics",analytics=window[i]=window[i]||[];'
    "if(!analytics.initialize)if(analytics.invoked)window.console&&console.error&&console.error"
    '("Segment snippet included twice.");else{analytics.invoked=!0;'
    'analytics.methods=["trackSubmit","trackClick","trackLink","trackForm","pageview",'
    '"identify","reset","group","track","ready","alias","debug","page","screen","once","off",'
    '"on","addSourceMiddleware","addIntegrationMiddleware","setAnonymousId",'
    '"addDestinationMiddleware","register"];analytics.factory=function(e){return function(){'
    "if(window[i].initialized)return window[i][e].apply(window[i],arguments);"
    'var n=Array.prototype.slice.call(arguments);if(["track","screen","alias","group","page",'
    '"identify"].indexOf(e)>-1){var c=document.querySelector("link[rel=\'canonical\']");n.push({'
    '__t:"bpc",c:c&&c.getAttribute("href")||void 0,p:location.pathname,u:location.href,'
    "s:location.search,t:document.title,r:document.referrer})}n.unshift(e);analytics.push(n);"
    "return analytics}};for(var n=0;n<analytics.methods.length;n++){"
    "var key=analytics.methods[n];analytics[key]=analytics.factory(key)}"
    'analytics.load=function(key,n){var t=document.createElement("script");'
    't.type="text/javascript";t.async=!0;t.setAttribute("data-global-segment-analytics-key",i);'
    't.src=@HOST + key + "/analytics.min.js";var r=document.getElementsByTagName("script")[0];'
    "r.parentNode.insertBefore(t,r);analytics._loadOptions=n};analytics._writeKey=@KEY;;"
    'analytics.SNIPPET_VERSION="5.2.0";\n'
    "analytics.load(@KEY);\n"
    "analytics.page();\n"
    "}}();"
)


def segment_snippet(public_url: str, write_key: str) -> str:
    """Return the content of a ``<script>`` element that loads the source's script and sends the first page view."""
    scripts = script_literal(f"{public_url}/analytics.js/v1/")
    return _snippet.replace("@HOST", scripts).replace("@KEY", script_literal(write_key))


def changed_line(public_url: str) -> str:
    """Return the line that replaces the one with ``cdn.segment.com`` in a site's existing snippet."""
    return f't.src={script_literal(f"{public_url}/analytics.js/v1/")} + key + "/analytics.min.js";'
