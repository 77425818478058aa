# args: 200000
# Lists, dicts, strings and sorting, as ordinary programs use them.
import sys


def main(n):
    words = [f"word{i * 7919 % n}" for i in range(n)]
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    longest = max(counts, key=len)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    joined = ",".join(word for word, _ in ordered[:1000])
    squares = [i * i for i in range(n) if i % 3 == 0]
    unique = {x % 1009 for x in squares}
    print(len(counts), len(longest), len(joined), sum(squares) % 1000003, len(unique))


main(int(sys.argv[1]))
