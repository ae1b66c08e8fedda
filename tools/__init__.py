"""The commands that `make` runs. They are about the book in whose folder they run."""

from chapter.book import Book

BOOK = Book.find()
