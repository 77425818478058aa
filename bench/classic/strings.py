"""Text put together and taken apart: formatting in three ways, `join`, `split`, `replace`, slices, `translate`."""

N = 20
CHECK = 6474492
ROWS = 2500

TABLE = str.maketrans("aeiou", "43102")


def rows(count):
    for i in range(count):
        yield i, f"name{i * 7919 % count}", i * 1.25, i % 3 == 0


def once():
    text = ""
    parts = []
    for number, name, amount, flag in rows(ROWS):
        parts.append(f"{number:>6}|{name:<12}|{amount:10.2f}|{flag!r:^7}")
        parts.append("%05d %s %.3f" % (number, name, amount))
        parts.append("{0} is {name!r} with {1:,}".format(number, number * 1000, name=name))
        text += name[:3] + "-" + str(number)
    table = "\n".join(parts)
    total = 0
    for line in table.splitlines():
        if "|" in line:
            fields = [field.strip() for field in line.split("|")]
            total += int(fields[0]) + len(fields[1].upper())
        elif line.startswith("0"):
            head, _, rest = line.partition(" ")
            total += len(rest.replace("name", "N").title()) + int(head)
        else:
            total += line.count("'") + line.find("with") + len(line.translate(TABLE))
    reversed_text = text[::-1]
    total += reversed_text.index("-man") + sum(1 for letter in text if letter.isdigit())
    total += len(text.encode("utf-8")) + len("".join(reversed(text)).lower())
    return total


def run(n):
    for _ in range(n):
        result = once()
    return result
