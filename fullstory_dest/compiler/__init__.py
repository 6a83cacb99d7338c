"""Compiler of a spec (a source's drafts) to a config that browsers run, and to the files that they fetch.

``check`` finds problems, ``compile`` compiles the config, ``artifacts`` builds the files, with scripts from
``bundle`` and the document from ``settings_document``.
"""
