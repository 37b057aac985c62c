"""The staff's screens for people and organisations: the list, the form, and what is noted about one of them."""
