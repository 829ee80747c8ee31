"""The same measurements as main.rs, with the Python package: pip install packify; python speed.py"""
import json
import pathlib
import struct
import time
from decimal import Decimal

import packify


def value(entry):
    ((kind, content),) = entry.items()
    if kind in ("none", "bool", "str"):
        return content
    if kind == "dict":
        return {value(key): value(item) for key, item in content}
    if kind in ("list", "tuple", "set"):
        return {"list": list, "tuple": tuple, "set": set}[kind](map(value, content))
    if kind == "float_bits":
        return struct.unpack(">d", bytes.fromhex(content))[0]
    return {"int": int, "bytes": bytes.fromhex, "bytearray": bytearray.fromhex, "decimal": Decimal}[kind](content)


def best(run):
    least = float("inf")
    for _ in range(15):
        start, rounds = time.perf_counter(), 0
        while time.perf_counter() - start < 0.06:
            run()
            rounds += 1
        least = min(least, (time.perf_counter() - start) / rounds)
    return least * 1e6


vectors = pathlib.Path(__file__).parents[2] / "tests/vectors/packify.json"
values = [value(case["value"]) for case in json.loads(vectors.read_text())]
packed = [packify.pack(each) for each in values]
record = {
    "name": "a record of about one kilobyte", "amount": 1_234_567, "score": 0.5, "flag": True, "maybe": None,
    "note": "n" * 600, "blob": b"\7" * 300, "created": 1_700_000_000,
}
print(f"pack all vectors   {best(lambda: [packify.pack(each) for each in values]):10.2f} us")
print(f"unpack all vectors {best(lambda: [packify.unpack(each) for each in packed]):10.2f} us")
print(f"pack a record      {best(lambda: packify.pack(record)):10.3f} us")
