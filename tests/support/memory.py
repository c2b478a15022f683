"""What is in the memory of a process; for root."""


def memory_holds(pid, piece):
    """Whether what a process can write to holds these bytes."""
    try:
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                where, rights = line.split()[:2]
                low, high = (int(side, 16) for side in where.split("-"))
                if not rights.startswith("rw"):
                    continue
                memory.seek(low)
                try:
                    if piece in memory.read(high - low):
                        return True
                except OSError:
                    pass   # a part that is not there
    except (FileNotFoundError, ProcessLookupError):
        pass   # it has ended
    return False
