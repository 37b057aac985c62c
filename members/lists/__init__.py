"""What every list of the staff's can do: stay fast however long it is, remember how each colleague wants it, be printed and
taken along as a file.
"""
