"""From a spec (what people wrote) to a compiled config (what browsers run), and to the files that they fetch.

``check`` says what is wrong, ``compile`` makes the config, ``artifacts`` the files, ``bundle`` the scripts.
"""
