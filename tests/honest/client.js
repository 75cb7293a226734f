// SPDX-License-Identifier: Apache-2.0
// dockerode and testcontainers as people write them: node client.js AUDIT TMP.  Prints one JSON line
// per step for run.py, like client.py.
'use strict';
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'; // ryuk mounts the engine socket: refused on purpose
process.env.TESTCONTAINERS_HOST_OVERRIDE = '127.0.0.1'; // else it asks the network "bridge", which this daemon lacks
const fs = require('fs');
const {PassThrough} = require('stream');
const Docker = require('dockerode');
const {GenericContainer, Network, Wait} = require('testcontainers');

const [audit, tmp] = process.argv.slice(2);
const docker = new Docker({socketPath: '/run/docker.sock'});
const IMAGE = 'busybox:local';

async function step(name, action, f) {
	const from = fs.statSync(audit).size;
	let error = '', timer;
	try {
		const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error('not within 20 s')), 20000); });
		await Promise.race([f(), late]);
	} catch (why) {
		error = String(why && why.message || why);
	}
	clearTimeout(timer);
	console.log(JSON.stringify({step: name, action, from, to: fs.statSync(audit).size, error}));
}

const drained = (s) => new Promise((yes, no) => s.on('end', yes).on('close', yes).on('error', no).resume());
const follow = (s) => new Promise((yes, no) => docker.modem.followProgress(s, (e, out) => e ? no(e) : yes(out)));

const CREATE = [
	{}, {Cmd: 'true'}, {AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: true, OpenStdin: false, StdinOnce: false},
	{Env: ['A=b'], Labels: {a: 'b'}, User: '1000', WorkingDir: '/tmp', Hostname: 'box'}, {Volumes: {'/data': {}}}, {Entrypoint: '/bin/true'},
	{ExposedPorts: {'80/tcp': {}}, HostConfig: {PortBindings: {'80/tcp': [{HostPort: '8080'}]}}},
	{ExposedPorts: {'80/tcp': {}}, HostConfig: {PortBindings: {'80/tcp': [{HostPort: '0', HostIp: '127.0.0.1'}]}}},
	{HostConfig: {PublishAllPorts: true}}, {HostConfig: {AutoRemove: false, Memory: 67108864, MemorySwap: -1, NanoCpus: 5e8, PidsLimit: 100}},
	{HostConfig: {Binds: [`${tmp}/dir:/data:ro`, 'honest:/b']}}, {HostConfig: {Privileged: false, CapAdd: [], CapDrop: ['ALL'], SecurityOpt: []}},
	{HostConfig: {NetworkMode: 'lan'}, NetworkingConfig: {EndpointsConfig: {lan: {Aliases: ['a']}}}}, {HostConfig: {NetworkMode: 'none'}},
	{HostConfig: {Mounts: [{Type: 'volume', Source: 'honest', Target: '/data', ReadOnly: false}]}}, {HostConfig: {Tmpfs: {'/t': 'rw,size=1m'}}},
	{HostConfig: {RestartPolicy: {Name: 'on-failure', MaximumRetryCount: 3}, LogConfig: {Type: 'json-file', Config: {'max-size': '1m'}}}},
	{HostConfig: {ExtraHosts: ['a:192.0.2.7'], Dns: ['192.0.2.1'], Init: true, ShmSize: 67108864, ReadonlyRootfs: true}},
	{HostConfig: {Ulimits: [{Name: 'nofile', Soft: 1024, Hard: 2048}], Sysctls: {'net.core.somaxconn': '512'}}},
	{Healthcheck: {Test: ['CMD-SHELL', 'true'], Interval: 1e9, Timeout: 1e9, Retries: 3, StartPeriod: 0}, StopSignal: 'SIGINT', StopTimeout: 3},
	{platform: 'linux/amd64'}, {NetworkDisabled: true, MacAddress: ''},
];

async function dockerode() {
	for (const options of CREATE)
		await step(`createContainer ${JSON.stringify(options)}`, 'container.create', async () =>
			(await docker.createContainer({Image: IMAGE, Cmd: ['true'], ...options})).remove({v: true}));
	await step('docker.run', 'container.create', () => docker.run(IMAGE, ['echo', 'hello'], new PassThrough().resume()));
	await step('docker.run with options', 'container.create', () => docker.run(IMAGE, ['true'], [new PassThrough(), new PassThrough()],
		{Tty: false, HostConfig: {AutoRemove: true}}));
	const box = await docker.createContainer({Image: IMAGE, name: 'js', Cmd: ['sleep', '300'], HostConfig: {Init: true}});
	await step('start', 'container.start', () => box.start());
	await step('exec', 'container.exec', async () => {
		const e = await box.exec({Cmd: ['echo', 'inside'], AttachStdout: true, AttachStderr: true});
		await drained(await e.start({hijack: true, stdin: false}));
		await e.inspect();
	});
	await step('exec with options', 'container.exec', async () => {
		const e = await box.exec({Cmd: ['id'], AttachStdin: true, AttachStdout: true, Tty: true, Env: ['A=b'], User: 'nobody', WorkingDir: '/tmp', Privileged: false});
		await drained(await e.start({Detach: false, Tty: true}));
	});
	await step('exec.resize', 'exec.resize', async () => {
		const e = await box.exec({Cmd: ['sleep', '1'], Tty: true, AttachStdout: true});
		const done = drained(await e.start({}));
		await e.resize({h: 24, w: 80}).catch((why) => { if (/authorization/.test(String(why))) throw why; });
		await done;
	});
	await step('inspect', 'container.inspect', () => box.inspect({size: true}));
	await step('logs', 'container.logs', () => box.logs({stdout: true, stderr: true, follow: false, tail: 5, since: 0, timestamps: true}));
	await step('attach', 'container.attach', async () => (await box.attach({stream: true, stdout: true, stderr: true})).destroy());
	await step('attach hijack', 'container.attach', async () => (await box.attach({stream: true, stdin: true, stdout: true, hijack: true})).destroy());
	await step('putArchive', 'container.copy-in', () => box.putArchive(`${tmp}/context.tar`, {path: '/tmp'}));
	await step('getArchive', 'container.copy-out', async () => drained(await box.getArchive({path: '/etc/passwd'})));
	await step('infoArchive', 'container.archive-info', () => box.infoArchive({path: '/etc'}));
	await step('stats', 'container.stats', () => box.stats({stream: false}));
	await step('top', 'container.top', () => box.top({ps_args: 'aux'}));
	await step('changes', 'container.changes', () => box.changes());
	await step('resize', 'container.resize', () => box.resize({h: 24, w: 80}));
	await step('update', 'container.update', () => box.update({Memory: 67108864, MemorySwap: 134217728, RestartPolicy: {Name: 'no'}}));
	await step('rename', 'container.rename', () => box.rename({name: 'js2'}));
	await step('pause', 'container.pause', () => box.pause());
	await step('unpause', 'container.unpause', () => box.unpause());
	await step('commit', 'container.commit', () => box.commit({repo: 'jsimage', tag: '1', comment: 'c', author: 'a', changes: 'ENV A=b'}));
	await step('export', 'container.export', async () => drained(await box.export()));
	await step('kill', 'container.kill', () => box.kill({signal: 'SIGUSR1'}));
	await step('restart', 'container.restart', () => box.restart({t: 0}));
	await step('stop', 'container.stop', () => box.stop({t: 0}));
	await step('wait', 'container.wait', () => box.wait());
	await step('remove', 'container.remove', () => box.remove({force: true, v: true}));
	await step('listContainers', 'container.list', () => docker.listContainers({all: true, filters: {label: ['a=b']}}));
	await step('pruneContainers', 'container.prune', () => docker.pruneContainers({filters: {label: ['none']}}));
	await step('pull, followProgress', 'image.pull', async () => follow(await docker.pull('busybox:1.36')));
	await step('createImage', 'image.pull', async () => follow(await docker.createImage({fromImage: 'busybox', tag: '1.36', platform: 'linux/amd64'})));
	await step('buildImage of a tar', 'image.build', async () => follow(await docker.buildImage(`${tmp}/context.tar`, {t: 'jsbuilt:1'})));
	await step('buildImage of files', 'image.build', async () => follow(await docker.buildImage(
		{context: `${tmp}/context`, src: ['Dockerfile']}, {t: 'jsbuilt:2', buildargs: {A: 'b'}, labels: {a: 'b'}, nocache: true, forcerm: true})));
	const image = docker.getImage('jsbuilt:1');
	await step('image.inspect', 'image.inspect', () => image.inspect());
	await step('image.history', 'image.history', () => image.history());
	await step('image.tag', 'image.tag', () => image.tag({repo: 'registry.example.com/js', tag: 'v1'}));
	await step('image.push', 'image.push', async () => follow(await docker.getImage('registry.example.com/js').push(
		{tag: 'v1', authconfig: {username: 'u', password: 'p', serveraddress: 'registry.example.com'}})));
	await step('image.get', 'image.save', async () => drained(await image.get()));
	await step('loadImage', 'image.load', async () => follow(await docker.loadImage(`${tmp}/save.tar`)));
	await step('importImage', 'image.import', async () => follow(await docker.importImage(`${tmp}/context.tar`, {repo: 'jsimport', tag: '1'})));
	await step('searchImages', 'image.search', () => docker.searchImages({term: 'busybox', limit: 5}));
	await step('image.remove', 'image.remove', () => image.remove({force: true}));
	await step('pruneImages', 'image.prune', () => docker.pruneImages({filters: {dangling: ['true']}}));
	await step('createVolume', 'volume.create', () => docker.createVolume({Name: 'jsvolume', Driver: 'local', DriverOpts: {}, Labels: {a: 'b'}}));
	await step('createVolume nameless', 'volume.create', () => docker.createVolume());
	await step('volume.remove', 'volume.remove', () => docker.getVolume('jsvolume').remove({force: true}));
	await step('listVolumes', 'volume.list', () => docker.listVolumes({filters: {dangling: ['true']}}));
	await step('createNetwork', 'network.create', () => docker.createNetwork({Name: 'jsnet', CheckDuplicate: true, Driver: 'bridge', Internal: false,
		Attachable: false, EnableIPv6: false, Options: {}, Labels: {}, IPAM: {Driver: 'default', Config: [{Subnet: '198.18.9.0/24'}], Options: {}}}));
	const other = await docker.createContainer({Image: IMAGE, Cmd: ['true'], name: 'jsnetted'});
	await step('network.connect', 'network.connect', () => docker.getNetwork('jsnet').connect(
		{Container: 'jsnetted', EndpointConfig: {Aliases: ['a'], IPAMConfig: {IPv4Address: '198.18.9.7'}}}));
	await step('network.disconnect', 'network.disconnect', () => docker.getNetwork('jsnet').disconnect({Container: 'jsnetted', Force: true}));
	await other.remove();
	await step('network.remove', 'network.remove', () => docker.getNetwork('jsnet').remove());
	await step('listNetworks', 'network.list', () => docker.listNetworks({filters: {driver: ['bridge']}}));
	await step('pruneVolumes', 'volume.prune', () => docker.pruneVolumes());
	await step('info', 'system.info', () => docker.info());
	await step('version', 'system.version', () => docker.version());
	await step('df', 'system.df', () => docker.df());
	await step('getEvents', 'system.events', async () => drained(await docker.getEvents({since: 1, until: 2, filters: {type: ['container']}})));
	await step('checkAuth', 'registry.login', () => docker.checkAuth({username: 'u', password: 'p', serveraddress: 'registry.example.com'}));
}

async function testcontainers() {
	const base = () => new GenericContainer(IMAGE).withCommand(['sh', '-c', 'echo ready; exec sleep 300'])
		.withWaitStrategy(Wait.forLogMessage('ready')).withStartupTimeout(15000);
	const one = (name, change) => step(`GenericContainer ${name}`, 'container.create', async () =>
		(await change(base()).start()).stop({timeout: 0}));
	await one('plain', (c) => c);
	await one('withEnvironment, withLabels, withName', (c) => c.withEnvironment({A: 'b'}).withLabels({a: 'b'}).withName('tc'));
	await one('withBindMounts', (c) => c.withBindMounts([{source: `${tmp}/dir`, target: '/data', mode: 'ro'}]));
	await one('withTmpFs, withSharedMemorySize', (c) => c.withTmpFs({'/t': 'rw,size=1m'}).withSharedMemorySize(1 << 26));
	await one('withUlimits', (c) => c.withUlimits({nofile: {hard: 2048, soft: 1024}}));
	await one('withResourcesQuota', (c) => c.withResourcesQuota({memory: 0.25, cpu: 1}));
	await one('withAddedCapabilities, withDroppedCapabilities', (c) => c.withAddedCapabilities('NET_ADMIN').withDroppedCapabilities('MKNOD'));
	await one('withUser, withWorkingDir, withHostname', (c) => c.withUser('nobody').withWorkingDir('/tmp').withHostname('box'));
	await one('withExtraHosts', (c) => c.withExtraHosts([{host: 'a', ipAddress: '192.0.2.7'}]));
	await one('withHealthCheck', (c) => c.withHealthCheck({test: ['CMD', 'true'], interval: 1000, timeout: 1000, retries: 3, startPeriod: 100}));
	await one('withCopyContentToContainer', (c) => c.withCopyContentToContainer([{content: 'x', target: '/tmp/x'}]));
	await one('withCopyFilesToContainer', (c) => c.withCopyFilesToContainer([{source: `${tmp}/file`, target: '/tmp/y'}]));
	await one('withLogConsumer, withDefaultLogDriver', (c) => c.withLogConsumer((s) => s.resume()).withDefaultLogDriver());
	await one('withReuse', (c) => c.withReuse());
	await step('withPrivilegedMode is not used, withExposedPorts', 'container.create', async () => // no bridge here: no port is ever mapped
		(await base().withExposedPorts(80).withStartupTimeout(1000).start()).stop({timeout: 0}));
	await step('exec, logs, copyContentToContainer, copyArchiveFromContainer, restart', 'container.exec', async () => {
		const c = await base().start();
		await c.exec(['echo', 'inside'], {workingDir: '/tmp', user: 'root', env: {A: 'b'}});
		(await c.logs()).destroy();
		await c.copyContentToContainer([{content: 'x', target: '/tmp/z'}]);
		await drained(await c.copyArchiveFromContainer('/tmp/z'));
		await c.restart({timeout: 0});
		await c.stop({timeout: 0, removeVolumes: true});
	});
	await step('Network, withNetwork, withNetworkAliases', 'network.create', async () => {
		const net = await new Network().start();
		const c = await base().withNetwork(net).withNetworkAliases('a').start();
		await c.stop({timeout: 0});
		await net.stop();
	});
	await step('fromDockerfile', 'image.build', async () => {
		const c = await GenericContainer.fromDockerfile(`${tmp}/context`).withBuildArgs({A: 'b'}).withCache(false).build('tcbuilt:1');
		await (await c.withCommand(['sh', '-c', 'echo ready; exec sleep 300']).withWaitStrategy(Wait.forLogMessage('ready')).start()).stop({timeout: 0});
	});
}

dockerode().then(testcontainers).then(() => process.exit(0), (why) => {
	console.error(why);
	process.exit(1);
});
