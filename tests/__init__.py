"""What checks the book: its outputs (strict.py), its claims, its library and its site."""
