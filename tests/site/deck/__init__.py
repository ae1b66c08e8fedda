"""The tests of the deck."""
