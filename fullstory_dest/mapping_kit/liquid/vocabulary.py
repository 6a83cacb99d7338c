"""Tags and filters of the language, and those that Segment turns off.

Filters are those built into LiquidJS 10. Segment lists the ones that it turns off in mapping-kit/liquid-directive.js of
@segment/actions-core, and in its documentation of mappings.
"""

from __future__ import annotations

_TAGS = "# assign capture case comment decrement echo if increment liquid raw unless"

_WITHOUT_ARGUMENT = """
abs at_least at_most base64_decode base64_encode capitalize ceil cgi_escape compact date date_to_long_string
date_to_rfc822 date_to_string date_to_xmlschema default downcase escape escape_once first floor inspect join json
jsonify last lstrip normalize_whitespace number_of_words pop raw round rstrip sample sha256 shift size slice slugify
split squish strip strip_html strip_newlines sum to_integer truncate truncatewords upcase uri_escape url_decode
url_encode xml_escape
"""

_WITH_ARGUMENT = """
append divided_by hmac_sha256 minus modulo plus prepend push remove remove_first remove_last replace replace_first
replace_last times unshift where
"""

_REFUSED = """
array_to_sentence_string concat find find_exp find_index find_index_exp group_by group_by_exp has has_exp map
newline_to_br reject reject_exp reverse sort sort_natural type uniq where_exp
"""

TAGS = frozenset(_TAGS.split())

#: Tags that can only be inside others, and those others.
INNER_TAGS = {
    "elsif": "if or unless",
    "else": "if, unless or case",
    "when": "case",
    "endif": "if",
    "endunless": "unless",
    "endcase": "case",
    "endcapture": "capture",
    "endcomment": "comment",
    "endraw": "raw",
}

#: Tags of LiquidJS that aren't supported here, and the reasons.
REFUSED_TAGS = {
    **dict.fromkeys(("for", "tablerow"), "loops aren't supported"),
    **dict.fromkeys(("break", "continue", "cycle"), "it belongs to loops, which aren't supported"),
    **dict.fromkeys(("include", "render", "layout", "block"), "templates can't include others"),
}

#: Filters, with the number of arguments that each one requires.
FILTERS = {**dict.fromkeys(_WITHOUT_ARGUMENT.split(), 0), **dict.fromkeys(_WITH_ARGUMENT.split(), 1)}

#: Filters with a maximum number of arguments.
MAXIMUM_ARGUMENTS = {"append": 1, "prepend": 1, "default": 1}

NAMED_ARGUMENTS = {"default": ("allow_false",)}

REFUSED_FILTERS = frozenset(_REFUSED.split())
