# SPDX-License-Identifier: Apache-2.0
"""JSON as text that need not be sensible: objects are lists of pairs, so that a key may stand there
twice, and any token can be given as the bytes it shall be."""
import json

NOT_HERE = object()


class Raw:
    """A value written with exactly these bytes."""

    def __init__(self, token):
        self.token = token


class Pair:
    def __init__(self, key, value):
        self.key, self.value = key, value
        self.token = None  # the bytes of the key, quotes and all; None: as json writes it

    def copy(self):
        new = Pair(self.key, copy(self.value))
        new.token = self.token
        return new


class Obj(list):
    """Pairs in order.  `struct`: a Go struct, whose keys dockerd folds; else a map."""

    def __init__(self, pairs=(), struct=True):
        super().__init__(pairs)
        self.struct = struct

    def set(self, key, value):
        self.append(Pair(key, value))

    def get(self, key):
        for pair in self:
            if pair.key == key:
                return pair.value
        return NOT_HERE


def struct(**fields):
    return Obj([Pair(k, v) for k, v in fields.items()])


def mapping(fields):
    return Obj([Pair(k, v) for k, v in fields.items()], struct=False)


def copy(value):
    if isinstance(value, Obj):
        return Obj([pair.copy() for pair in value], value.struct)
    if isinstance(value, list):
        return [copy(v) for v in value]
    return value


def objects(value):
    """Every object in this value, outermost first."""
    if isinstance(value, Obj):
        yield value
        for pair in value:
            yield from objects(pair.value)
    elif isinstance(value, list):
        for v in value:
            yield from objects(v)


def pairs(value):
    """(object, index of the pair) of every pair."""
    for obj in objects(value):
        for i in range(len(obj)):
            yield obj, i


def lists(value):
    for obj in objects(value):
        for pair in obj:
            if isinstance(pair.value, list) and not isinstance(pair.value, Obj):
                yield pair.value


def text(value, space=lambda: b''):
    """The bytes; `space` is asked for what stands between tokens."""
    if isinstance(value, Raw):
        return value.token
    if isinstance(value, Obj):
        inner = [space() + (pair.token or string(pair.key)) + space() + b':' + space() + text(pair.value, space) + space()
                 for pair in value]
        return b'{' + b','.join(inner) + b'}'
    if isinstance(value, list):
        return b'[' + b','.join(space() + text(v, space) + space() for v in value) + b']'
    if isinstance(value, str):
        return string(value)
    return json.dumps(value).encode()


def string(s):
    return json.dumps(s, ensure_ascii=False).encode('utf-8', 'surrogatepass')
