"""The staff's screens of general assemblies: the rule, the voters' list, and the desk at the door."""
