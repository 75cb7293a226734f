# SPDX-License-Identifier: Apache-2.0
"""What dockerd gave held against what sallyport saw.

A power that was given and not seen, a limit that sallyport believes in and that does not hold, an
action taken for another one, a request that was executed without a question: disagreements.  A
refusal of sallyport's built-in checks is no disagreement, except of a request that honest clients
send.  A power seen and not given is told, and a disagreement only in an honest request."""
import collections
import re

import given

ACTIONS = {'create': 'container.create', 'update': 'container.update', 'exec': 'container.exec', 'volume': 'volume.create'}
LIMITS = {'memory': 'MemoryLimit', 'memory_swap': 'SwapLimit', 'cpus': 'CpuCfsQuota', 'pids': 'PidsLimit', 'shm_size': None}
CLAIMS = ['no_new_privileges', 'read_only', 'healthcheck', 'user', 'exec_user', 'cap_drop', 'labels', 'name', 'restart', 'images', *LIMITS]
# Keys about the requests we make that need not be noticed missing, and why.
NOT_NOTICED = {
    'unknown_fields': 'what dockerd does not know it does not give',
    'image_pinned': 'another look at images', 'image_max_age': 'needs to know the image',
    'cluster_volumes': 'needs a swarm', 'image_mounts': 'not before 28',
    'annotations': 'not before 26', 'storage_opt': 'needs a storage driver with quotas',
    'cpu_realtime': 'needs a kernel that has it',
    'cpu_shares': 'a weight: no limit, and nothing that is given',
    **{key: 'another look at a power' for key in ('bind_only', 'volumes_only', 'networks_only', 'sysctls_only', 'security_opt_only',
                                                  'runtimes_only', 'log_drivers_only', 'ulimits_set')},
}

# Powers for which it is enough that the request asks for them, whether or not it makes a difference.
ASKED_FOR = ['runtimes: ', 'log_drivers: ', "host_namespaces: 'cgroup'", 'annotations: ', 'cpu_realtime: ',
             "security_opt: 'no-new-privileges=false'",
             'network_options: ', "bind_propagation: 'rslave'",
             "security_opt: 'label=disable'", "security_opt: 'systempaths=unconfined'", 'links: ']


class Facts:
    def __init__(self, seen):
        self.all = seen['facts']

    def values(self, name):
        return [f for f in self.all if f['fact'] == name]

    def only(self, name):
        found = self.values(name)
        return found[0] if found else {'state': 'nothing'}

    def without(self, name):
        """The same, blind for a power or taken in by a lie about a value."""
        new = Facts({'facts': [f for f in self.all if f['fact'] != name]})
        if name in LIMITS:
            new.all.append({'fact': name, 'kind': 'value', 'state': 'set', 'num': 1})
        elif name in CLAIMS:
            new.all.append({'fact': name, 'kind': 'value', 'state': 'set', 'num': 1, 'text': 'CAP_CHOWN' if name == 'cap_drop' else 'a lie',
                            'key': 'a lie', 'image': 'name'})
        return new


class Judge:
    def __init__(self, keys, plain, names, images, info, blind=None):
        self.keys, self.plain, self.names, self.images, self.info, self.blind = keys, plain, names, images, info, blind
        self.failures, self.counts, self.notes = [], collections.Counter(), collections.Counter()
        self.refused, self.examples = collections.Counter(), {}
        self.noticed, self.reached = collections.Counter(), collections.Counter()

    # --- one request ---

    def judge(self, o):
        kind = o.request.kind
        self.counts[kind] += 1
        self.counts['honest'] += o.request.honest
        executed = bool(o.made) or kind == 'update' and (o.status == 200 or changed(o.before, o.after))
        if not executed:
            self.counts['not executed'] += 1
            return
        self.counts['executed'] += 1
        self.counts['executed ' + kind] += 1
        for name in o.request.mutations or ['no mutation']:
            self.reached[name] += 1
        if len(o.seen) != 1:
            return self.fail(o, [f'dockerd executed it and asked {len(o.seen)} times'])
        seen = o.seen[0]
        if 'fault' in seen:
            why = re.sub(r'\b[0-9][0-9.]*\b', 'N', re.sub(r"'[^']*'|/v[0-9.]+", "'...'", seen['why']))
            self.refused[why] += 1
            self.counts['refused'] += 1
            self.examples.setdefault(why, o.number)
            if o.request.honest:
                self.fail(o, [f'an honest request is refused: {seen["fault"]}: {seen["why"]}'])
            return
        if seen['action'] != ACTIONS[kind] or seen.get('unread'):
            return self.fail(o, [f'taken for {seen["action"]}{" that cannot be read" if seen.get("unread") else ""}'])
        if o.after is None:
            return self.fail(o, ['what was made cannot be looked at'])
        self.counts['compared'] += 1
        facts = Facts(seen).without(self.blind) if self.blind else Facts(seen)
        problems = self.disagreements(o, facts, seen) + silent(seen)
        for extra in self.beyond(o, facts, seen):
            self.notes[extra] += 1
            self.examples.setdefault(extra, o.number)
            if o.request.honest and not any(re.match(pattern, extra) for pattern in ASKED_FOR):
                problems.append(f'sallyport saw {extra}, dockerd did not give it')
        if problems:
            self.fail(o, problems)
        for name, _, _, actions in self.keys:
            if ACTIONS[kind] in actions and (name in CLAIMS or facts.values(name)) and self.disagreements(o, facts.without(name), seen):
                self.noticed[name] += 1

    def alone(self, o):
        """The problems with one request, which counts for nothing."""
        other = Judge(self.keys, self.plain, self.names, self.images, self.info, self.blind)
        other.judge(o)
        return [p for f in other.failures for p in f['problems']]

    def fail(self, o, problems):
        self.failures.append({'number': o.number, 'kind': o.request.kind, 'mutations': o.request.mutations, 'problems': problems,
                              'outcome': o, 'raw': repr(o.raw)[2:-1], 'status': o.status, 'said': o.said, 'seen': o.seen, 'given': shown(o)})

    def given(self, o, seen):
        """The powers dockerd gave, with the names of the lab for IDs."""
        kind, out = o.request.kind, given.Powers()
        if kind == 'create':
            plain = self.plain.get(seen['api']) or self.plain[self.names['api']]
            out = given.of_container(o.after, plain, o.extra.get('volumes', {}), self.info['DockerRootDir'])
        elif kind == 'update':
            after, before = o.after['HostConfig'], o.before['HostConfig']
            out['cpu_realtime'] |= {str(after[k]) for k in ('CpuRealtimePeriod', 'CpuRealtimeRuntime') if after.get(k) != before.get(k)}
        elif kind == 'exec':
            out['exec_privileged'] |= {'any'} if o.after['ProcessConfig'].get('privileged') else set()
        else:
            out = given.of_volume(o.after)
        out['join_namespaces'] = {(n, self.one_name(c.lstrip('/'))) for n, c in out['join_namespaces']}
        for power in ('networks', 'volumes_from'):
            out[power] = {self.one_name(n.lstrip('/')) for n in out[power]}
        return out

    def disagreements(self, o, facts, seen):
        problems = []
        for power, values in sorted(self.given(o, seen).items()):
            have = self.seen(power, facts)
            problems += [f'{power}: dockerd gave {v!r}, sallyport saw {sorted(have, key=str)}' for v in sorted(values, key=str)
                         if v not in have and not (v[1:] == ('ro',) and (v[0], 'rw') in have)]
        if o.request.kind == 'create':
            self.container_claims(o, facts, problems)
        elif o.request.kind == 'update':
            self.update(o, facts, problems)
        elif o.request.kind == 'exec':
            self.text_claim('exec_user', o.after['ProcessConfig'].get('user') or '', facts, problems)
        else:
            self.text_claim('name', o.after['Name'], facts, problems)
            self.labels(o.after.get('Labels') or {}, facts, problems)
        return problems

    def beyond(self, o, facts, seen):
        """Powers that sallyport saw and dockerd did not give."""
        wanted = self.given(o, seen)
        return [f'{power}: {v!r}' for power in sorted({f['fact'] for f in facts.all if f['kind'] == 'power'})
                for v in sorted(self.seen(power, facts) - wanted[power], key=str) if not (v[1:] == ('rw',) and (v[0], 'ro') in wanted[power])]

    # --- powers ---

    def one_name(self, text):
        """Names of what the lab has prepared, for their IDs."""
        for name, key in (('lan', 'lan_id'), ('base', 'base_id')):
            if text and len(text) >= 12 and self.names[key].startswith(text):
                return name
        return text

    def seen(self, power, facts):
        out = set()
        for v in facts.values(power):
            text = v.get('text', '')
            if power in ('bind', 'volumes'):
                out.add((text, 'ro' if v.get('read_only') else 'rw'))
            elif power == 'join_namespaces':
                out.add((text, self.one_name(v.get('key', '').lstrip('/'))))
            elif power in ('volumes_from', 'networks'):
                out.add(self.one_name(text.lstrip('/')))
            elif power in ('privileged', 'gpus', 'links', 'exec_privileged', 'volume_options', 'image_mounts', 'cluster_volumes'):
                out.add('any')
            else:
                out.add(text)
        return out

    # --- values that conditions believe in ---

    def container_claims(self, o, facts, problems):
        host, config = o.after['HostConfig'], o.after['Config']
        for name, value in given.limits(host).items():
            self.limit(name, value, facts, problems)
        for name, holds in (('no_new_privileges', given.no_new_privileges(host)), ('read_only', host['ReadonlyRootfs']),
                            ('healthcheck', given.healthcheck(config))):
            if facts.only(name)['state'] == 'set' and not holds:
                problems.append(f'{name}: sallyport believes in it, and it is not set')
        for v in facts.values('cap_drop'):
            if v['state'] == 'set' and not given.is_dropped(host, v['text']):
                problems.append(f'cap_drop: sallyport believes that {v["text"]} is dropped: CapAdd {host["CapAdd"]}, CapDrop {host["CapDrop"]}')
        self.text_claim('user', config.get('User') or '', facts, problems)
        self.text_claim('name', o.after['Name'].lstrip('/'), facts, problems)
        self.text_claim('restart', given.restart(host), facts, problems)
        self.labels(config.get('Labels') or {}, facts, problems)
        image = facts.only('images')
        if image.get('image') == 'name' and self.images.get(local_name(image.get('text', ''))) != o.after['Image']:
            problems.append(f'images: sallyport saw {image["text"]}, dockerd took {o.after["Image"]}')

    def limit(self, name, value, facts, problems, before=0):
        """`before`: what it was until then.  An update that says NanoCpus leaves a CpuQuota of -1 as
        it is, and the container without a limit: the request has not made it wider."""
        v = facts.only(name)
        if LIMITS[name] and not self.info.get(LIMITS[name]):
            return  # dockerd drops what this kernel cannot do
        if v['state'] == 'set' and value > max(v.get('num', 0), before):
            problems.append(f'{name}: sallyport believes in {v.get("num", 0)}, it is {value}')

    def text_claim(self, name, value, facts, problems):
        v = facts.only(name)
        if v['state'] == 'set' and v.get('text', '') != value:
            problems.append(f'{name}: sallyport saw {v.get("text", "")!r}, dockerd took {value!r}')

    def labels(self, labels, facts, problems):
        for v in facts.values('labels'):
            if labels.get(v.get('key', '')) != v.get('text', ''):
                problems.append(f'labels: sallyport saw {v.get("key")}={v.get("text")}, dockerd took {labels}')

    # --- container.update: before and after ---

    def update(self, o, facts, problems):
        before, after = o.before['HostConfig'], o.after['HostConfig']
        old, new = given.limits(before), given.limits(after)
        for name in ('memory', 'memory_swap', 'cpus', 'pids'):
            self.limit(name, new[name], facts, problems, old[name])
            if facts.only(name)['state'] in ('unchanged', 'unset', 'nothing') and new[name] != old[name]:
                problems.append(f'{name}: sallyport saw no change, dockerd made {new[name]} of {old[name]}')
        state = facts.only('restart')['state']
        if state == 'set':
            self.text_claim('restart', given.restart(after), facts, problems)
        elif given.restart(before) != given.restart(after):
            problems.append(f'restart: sallyport saw no change, dockerd made {given.restart(after)}')
        judged = {'Memory', 'MemorySwap', 'NanoCpus', 'CpuQuota', 'CpuPeriod', 'PidsLimit', 'RestartPolicy', 'CpuRealtimePeriod',
                  'CpuRealtimeRuntime'}
        for key in sorted(set(after) - given.PLAIN - judged):
            if after[key] != before.get(key):
                problems.append(f'dockerd changed {key} from {before.get(key)} to {after[key]}, of which sallyport says nothing')

    # --- all of them ---

    def report(self):
        problems = []
        for name, _, _, actions in self.keys:
            if not set(actions) & set(ACTIONS.values()) or name in NOT_NOTICED:
                continue
            if not self.noticed[name]:
                problems.append(f'{name}: nothing here would notice if sallyport were blind for it')
        return {'failures': self.failures, 'counts': dict(self.counts), 'refused': dict(self.refused), 'notes': dict(self.notes),
                'noticed': dict(self.noticed), 'reached': dict(self.reached), 'examples': self.examples, 'unnoticed': problems}


def silent(seen):
    """Powers that were seen, and the rule that forbids them says nothing."""
    said = {f['rule'] for f in seen['audit_findings']}
    return [f'{p}: seen, and the rule that forbids it is silent' for p in sorted({f['fact'] for f in seen['facts'] if f['kind'] == 'power'})
            if 'uses-' + p not in said]


def local_name(full):
    """As dockerd lists it."""
    for prefix in ('docker.io/library/', 'docker.io/'):
        if full.startswith(prefix):
            return full[len(prefix):]
    return full


def changed(before, after):
    return before is not None and after is not None and before['HostConfig'] != after['HostConfig']


def shown(o):
    """What dockerd says about the object, as far as it is worth reading."""
    after = o.after or {}
    if 'HostConfig' not in after:
        return after
    host = {k: v for k, v in after['HostConfig'].items() if v not in (None, '', 0, False, [], {})}
    return {'HostConfig': host, 'Mounts': after.get('Mounts'), 'User': after['Config'].get('User'), 'Labels': after['Config'].get('Labels'),
            'Image': after.get('Image'), 'Networks': (after.get('NetworkSettings') or {}).get('Networks')}
