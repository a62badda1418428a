"""Rules of the door, without a clock, a database or a word."""
