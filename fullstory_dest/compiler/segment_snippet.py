"""Segment's snippet, as ``@segment/snippet`` 5.2 renders it minified, with our host and a source's write key.

Copyright (c) 2018 Segment.io, Inc., MIT licence: https://github.com/segmentio/snippet
"""

from __future__ import annotations

from typing import Final

from fullstory_dest.compiler.artifacts import script_literal

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
    """The whole snippet, for inside a <script> element. It loads the source's script and says the first page."""
    scripts = script_literal(f"{public_url}/analytics.js/v1/")
    return _snippet.replace("@HOST", scripts).replace("@KEY", script_literal(write_key))


def changed_line(public_url: str) -> str:
    """The line to have in place of the one that names ``cdn.segment.com``, in a snippet that a site has already."""
    return f't.src={script_literal(f"{public_url}/analytics.js/v1/")} + key + "/analytics.min.js";'
