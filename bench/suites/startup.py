# How long a process takes that does nothing.
print("ready")
