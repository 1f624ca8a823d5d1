"""Django's two databases, with one thing remembered: how the columns of a whole row are spelled and read.

Most statements of a command read whole rows of one table by key. Django works out the same list of columns, its
text and its converters for each of them again, which takes longer than the database takes to answer.
"""
