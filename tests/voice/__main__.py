"""Print violations of the writing rules: ``python -m tests.voice [PATH PREFIX ...]``."""

import os
import sys
from collections import Counter

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.voice.rules import problems
    from tests.voice.test_voice import all_texts

    counts: Counter[str] = Counter()
    for text in all_texts():
        if text.path.startswith(tuple(sys.argv[1:]) or ""):
            for problem in problems(text):
                counts["/".join(text.path.split("/")[:2])] += 1
                print(f"{text}\n    {problem}")
    print(*(f"{count:5} {area}" for area, count in counts.most_common()), sep="\n")
