"""Compiler of a spec (a source's drafts) to a config that browsers run, and to the files that they fetch.

``check`` finds problems, ``compile`` compiles the config, ``artifacts`` builds the files, and ``bundle`` the scripts.
"""
