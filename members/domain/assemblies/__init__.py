"""The general assembly: who may vote, the frozen list, and who is there."""
