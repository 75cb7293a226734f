# SPDX-License-Identifier: Apache-2.0
"""A failing request made smaller: parts are taken away for as long as it fails in the same way."""
import generate
from jsontext import lists, objects


def parts(request):
    """Ways to take one part away: functions that do it and return how to put it back."""
    def without(sequence, i):
        def undo(item=sequence[i]):
            sequence.insert(i, item)

        def take():
            del sequence[i]
            return undo
        return take
    body = request.body
    for sequence in [o for o in objects(body)] + list(lists(body)) + [request.headers, request.query[1:]]:
        for i in reversed(range(len(sequence))):
            yield without(sequence, i)


def plainer(request):
    """Ways to write it as everybody does."""
    for name, value in (('prefix', '/v' + request.names['api']), ('framing', 'length'), ('protocol', 'HTTP/1.1'), ('content_type', ['application/json']),
                        ('after', b''), ('before', b''), ('behind', None), ('space', generate.no_space), ('header_case', str), ('line_end', b'\r\n')):
        if getattr(request, name) == value:
            continue

        def take(name=name, value=value):
            old = getattr(request, name)
            setattr(request, name, value)
            return lambda: setattr(request, name, old)
        yield take


def shrink(request, fails, most=60):
    """`fails` sends the request as it is now and says whether it fails as before."""
    tries, again = 0, request.raw_body is None
    while again:
        again = False
        for take in list(plainer(request)) + list(parts(request)):
            if tries == most:
                return
            tries += 1
            try:
                undo = take()
            except IndexError:  # what it was part of is gone
                continue
            if fails(request):
                again = True
            else:
                undo()
