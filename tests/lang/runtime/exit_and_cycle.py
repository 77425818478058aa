# skip: threads: the end of a program, not of threads
# An object in a cycle is finalized at the end though an exception ended the program.
class Loud:
    def __del__(self):
        print("finalized")


loud = Loud()
loud.itself = loud
raise SystemExit(0)
