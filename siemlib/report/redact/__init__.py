"""A copy of a report with pseudonyms for users and internal addresses, which its owner can make again and compare."""
