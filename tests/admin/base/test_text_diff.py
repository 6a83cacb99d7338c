"""Marks on words that differ."""

from fullstory_dest.admin.base.text_diff import marked


def test_it_marks_words_that_differ():
    before, after = marked('type = "track"', 'type = "page"')
    assert [part.text for part in before if part.differs] == ["track"]
    assert [part.text for part in after if part.differs] == ["page"]
    assert "".join(part.text for part in after) == 'type = "page"'
    assert marked("", "new")[1][0].differs is False
    long = "word " * 5000
    assert marked(long, long + "x")[1] == marked("", long + "x")[1]


def test_it_compares_lines_first_and_ignores_indentation():
    before, after = marked('{\n  "a": 1,\n  "b": 2\n}', '{\n  "in": {\n    "a": 1,\n    "b": 3\n  }\n}')
    assert "".join(part.text for part in before) == '{\n  "a": 1,\n  "b": 2\n}'
    assert not any("a" in part.text for part in (*before, *after) if part.differs)
    assert any("3" in part.text for part in after if part.differs)
