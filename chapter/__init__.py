"""What a page, its twin and an edition are: the library at the heart of the book.

It knows no Sphinx, no make and no pytest, and nothing of what this book is about.

| module | answers |
|---|---|
| `book` | where the pages are, and what is wrong with the set of them |
| `blocks` | what a page's Markdown consists of, line by line |
| `guesses` | which question, cells and answer belong together |
| `cells`, `pages` | what notebook a page is |
| `plain`, `directives`, `roles`, `targets` | how MyST reads in a plain notebook |
| `outputs` | when two outputs are the same |
| `twins` | whether a twin still belongs to its page |
| `execution`, `guard` | how a page is run |
| `editions` | what readers get |
| `course` | the exercise sheet as nbgrader wants it |
| `messages` | which section of a page explains an error message |
| `releases` | what other releases of the package answer |
| `repository` | where the book is on GitHub |
| `files`, `text` | how a file is written, and settings are read |
"""
