/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loadgen.c: asks an HTTP server on a unix socket the same question over kept-alive connections,
 * checks every answer, and prints one line of NAME=VALUE.
 *
 *	loadgen -s SOCKET -d FILE [-u TARGET] [-c CONNECTIONS] [-t SECONDS | -n COUNT] [-w SECONDS]
 *	        [-r RATE] [-x TEXT] [-p PID]
 *	loadgen -s SOCKET -d FILE [-u TARGET] [-x TEXT] -F -- COMMAND...
 *
 *	-t  how long (2 seconds) after -w seconds (0.1) that do not count;  -n  so many and then
 *stop -r  RATE questions per second in all, each counted from when it was due, so that a server
 *that stands still is not spared; without it every connection asks again at once (closed loop) -x
 *every answer must contain TEXT -p  also the server's CPU time per question and its memory -F start
 *COMMAND, print the time to its first answer, end it
 *
 * Exits with 1 when an answer was wrong or missing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_BYTES 16384

struct conn {
	int fd;
	bool busy;
	bool want_write;
	size_t sent;
	size_t got;
	uint64_t since; /* when it was asked, or due */
	char answer[ANSWER_BYTES + 1];
};

static struct options {
	const char *socket, *file, *target, *expect;
	int n_conns;
	double seconds, warm, rate;
	uint64_t count;
	int pid;
	char **command;
} opt = {.target = "/AuthZPlugin.AuthZReq", .n_conns = 1, .seconds = 2, .warm = 0.1};

static char *request;
static size_t request_len;
static int epoll_fd;
static uint64_t wrong;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void *
allocate(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		die("calloc");
	return p;
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* --- latencies: 32 buckets per power of two, so within 3 %
 * ---------------------------------------------- */

#define SUB 32u
static uint64_t bucket[64 * SUB], n_latencies;

static void
latency_add(uint64_t ns)
{
	unsigned e = ns < SUB ? 0 : 63u - (unsigned)__builtin_clzll(ns) - 5u;
	size_t i = ns < SUB ? ns : (e + 1) * SUB + ((ns >> e) - SUB);

	bucket[i]++;
	n_latencies++;
}

static double
latency_us(double quantile)
{
	uint64_t want = (uint64_t)(quantile * (double)n_latencies), seen = 0;

	for (size_t i = 0; i < 64 * SUB; i++) {
		seen += bucket[i];
		if (seen > want) {
			size_t e = i < SUB ? 0 : i / SUB - 1;
			uint64_t low = i < SUB ? i : (uint64_t)(i % SUB + SUB) << e;

			return (double)(low + (UINT64_C(1) << e) / 2) / 1e3;
		}
	}
	return 0;
}

/* --- the server's process
 * ------------------------------------------------------------------------------- */

/* All its threads, in nanoseconds; 0 when it cannot be read. */
static uint64_t
cpu_ns(int pid)
{
	char name[600];
	uint64_t sum = 0;
	struct dirent *entry;
	DIR *dir;

	snprintf(name, sizeof(name), "/proc/%d/task", pid);
	dir = opendir(name);
	while (dir && (entry = readdir(dir))) {
		unsigned long long ns;
		FILE *f;

		snprintf(name, sizeof(name), "/proc/%d/task/%s/schedstat", pid, entry->d_name);
		f = entry->d_name[0] == '.' ? NULL : fopen(name, "r");
		if (f && fscanf(f, "%llu", &ns) == 1)
			sum += ns;
		if (f)
			fclose(f);
	}
	if (dir)
		closedir(dir);
	return sum;
}

static long
rss_kib(int pid)
{
	char line[256];
	long kib = 0;
	FILE *f;

	snprintf(line, sizeof(line), "/proc/%d/status", pid);
	f = fopen(line, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kib;
}

/* --- connections
 * ----------------------------------------------------------------------------------------- */

static int
try_connect(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", opt.socket);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
watch(struct conn *c, int op, bool want_write)
{
	struct epoll_event event = {.events = EPOLLIN | (want_write ? EPOLLOUT : 0u),
	                            .data.ptr = c};

	if (epoll_ctl(epoll_fd, op, c->fd, &event) != 0)
		die("epoll_ctl");
	c->want_write = want_write;
}

static void
dial(struct conn *c)
{
	c->fd = try_connect();
	if (c->fd < 0 || fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0)
		die(opt.socket);
	watch(c, EPOLL_CTL_ADD, false);
}

static void
push(struct conn *c)
{
	while (c->sent < request_len) {
		ssize_t n = write(c->fd, request + c->sent, request_len - c->sent);

		if (n < 0 && errno == EAGAIN) {
			if (!c->want_write)
				watch(c, EPOLL_CTL_MOD, true);
			return;
		}
		if (n < 0)
			die("write");
		c->sent += (size_t)n;
	}
	if (c->want_write)
		watch(c, EPOLL_CTL_MOD, false);
}

static void
ask(struct conn *c, uint64_t since)
{
	c->busy = true;
	c->sent = c->got = 0;
	c->since = since;
	push(c);
}

/* Is a whole answer there?  Counts it as wrong unless it is 200 with the expected text. */
static bool
answered(struct conn *c)
{
	char *body, *length;

	c->answer[c->got] = '\0';
	body = strstr(c->answer, "\r\n\r\n");
	if (body == NULL)
		return false;
	body += 4;
	length = strcasestr(c->answer, "\ncontent-length:");
	if (length == NULL || length > body ||
	    c->got < (size_t)(body - c->answer) + strtoul(length + 16, NULL, 10)) {
		if (c->got < ANSWER_BYTES)
			return false;
		wrong++;
	} else if (strncmp(c->answer, "HTTP/1.1 200 ", 13) != 0 ||
	           (opt.expect && strstr(body, opt.expect) == NULL)) {
		if (wrong++ == 0)
			fprintf(stderr, "loadgen: %s\n", c->answer);
	}
	return true;
}

/* --- the loop
 * -------------------------------------------------------------------------------------------- */

struct load {
	struct conn *conns;
	struct conn **idle; /* open loop: stack of those without a question */
	size_t n_idle;
	uint64_t due, gap; /* open loop: when the next question is due */
	uint64_t counted_from, end;
	uint64_t asked, done;
	bool counting;
};

static void
take_answer(struct load *load, struct conn *c)
{
	ssize_t n = read(c->fd, c->answer + c->got, ANSWER_BYTES - c->got);
	uint64_t now;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		fprintf(stderr, "loadgen: the server closed a connection\n");
		exit(1);
	}
	c->got += (size_t)n;
	if (!c->busy || !answered(c))
		return;
	now = now_ns();
	if (load->counting && c->since >= load->counted_from)
		latency_add(now - c->since);
	load->done++;
	c->busy = false;
	if (opt.rate > 0)
		load->idle[load->n_idle++] = c;
	else if (opt.count == 0 || load->asked < opt.count) {
		load->asked++;
		ask(c, now);
	}
}

/* Open loop: asks what is due.  Milliseconds until the next. */
static int
ask_what_is_due(struct load *load, uint64_t now)
{
	while (load->due <= now && load->n_idle > 0) {
		ask(load->idle[--load->n_idle], load->due);
		load->due += load->gap;
	}
	return load->due > now ? (int)((load->due - now) / 1000000) : 1;
}

static bool
finished(const struct load *load, uint64_t now)
{
	return opt.count ? load->done >= opt.count : now >= load->end;
}

static void
run(struct load *load)
{
	struct epoll_event events[256];
	uint64_t cpu = 0, now = now_ns();
	double elapsed;

	load->counted_from = now + (uint64_t)(opt.count ? 0 : opt.warm * 1e9);
	load->end = load->counted_from + (uint64_t)(opt.seconds * 1e9);
	load->due = now;
	for (int i = 0; i < opt.n_conns; i++) {
		dial(&load->conns[i]);
		if (opt.rate > 0)
			load->idle[load->n_idle++] = &load->conns[i];
		else if (opt.count == 0 || load->asked < opt.count) {
			load->asked++;
			ask(&load->conns[i], now_ns());
		}
	}
	while (now = now_ns(), !finished(load, now)) {
		int n, wait_ms = 100;

		if (!load->counting && now >= load->counted_from) {
			load->counting = true;
			load->counted_from = now;
			cpu = opt.pid ? cpu_ns(opt.pid) : 0;
		}
		if (opt.rate > 0)
			wait_ms = ask_what_is_due(load, now);
		n = epoll_wait(epoll_fd, events, 256, wait_ms);
		for (int i = 0; i < n; i++) {
			struct conn *c = events[i].data.ptr;

			if (events[i].events & EPOLLOUT)
				push(c);
			if (events[i].events & ~(uint32_t)EPOLLOUT)
				take_answer(load, c);
		}
	}
	elapsed = (double)(now - load->counted_from) / 1e9;
	printf("rps=%.1f p50=%.1f p99=%.1f n=%llu wrong=%llu", (double)n_latencies / elapsed,
	       latency_us(0.5), latency_us(0.99), (unsigned long long)n_latencies,
	       (unsigned long long)wrong);
	if (opt.pid && n_latencies)
		printf(" cpu_us=%.2f rss_kib=%ld",
		       (double)(cpu_ns(opt.pid) - cpu) / 1e3 / (double)n_latencies,
		       rss_kib(opt.pid));
	printf("\n");
}

/* --- time to the first answer
 * ------------------------------------------------------------------------------ */

static int
first_answer(void)
{
	static struct conn c;
	uint64_t start = now_ns();
	pid_t pid = fork();
	double us;

	if (pid == 0) {
		execvp(opt.command[0], opt.command);
		_exit(127);
	}
	while ((c.fd = try_connect()) < 0) {
		if (now_ns() - start > UINT64_C(10000000000) || waitpid(pid, NULL, WNOHANG) != 0) {
			fprintf(stderr, "loadgen: no answer from %s\n", opt.command[0]);
			return 1;
		}
		usleep(20);
	}
	if (write(c.fd, request, request_len) != (ssize_t)request_len)
		die("write");
	do {
		ssize_t n = read(c.fd, c.answer + c.got, ANSWER_BYTES - c.got);

		if (n <= 0)
			die("read");
		c.got += (size_t)n;
	} while (!answered(&c));
	us = (double)(now_ns() - start) / 1e3;
	printf("first_us=%.0f rss_kib=%ld wrong=%llu\n", us, rss_kib(pid),
	       (unsigned long long)wrong);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	return wrong != 0;
}

/* --- options
 * -----------------------------------------------------------------------------------------------
 */

static void
read_request(void)
{
	FILE *f = fopen(opt.file, "rb");
	char *body;
	long len;
	int head;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (len = ftell(f)) < 0)
		die(opt.file);
	rewind(f);
	body = allocate(1, (size_t)len + 1);
	if (fread(body, 1, (size_t)len, f) != (size_t)len)
		die(opt.file);
	fclose(f);
	request = allocate(1, (size_t)len + 1024);
	/* The headers dockerd 26 and later send. */
	head = snprintf(request, 1024,
	                "POST %s HTTP/1.1\r\nHost: plugin.moby.localhost\r\n"
	                "User-Agent: Go-http-client/1.1\r\nContent-Length: %ld\r\n"
	                "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\n",
	                opt.target, len);
	memcpy(request + head, body, (size_t)len);
	request_len = (size_t)head + (size_t)len;
	free(body);
}

static void
read_options(int argc, char **argv)
{
	bool first = false;
	int o;

	while ((o = getopt(argc, argv, "s:d:u:c:t:n:w:r:x:p:F")) != -1) {
		switch (o) {
		case 's':
			opt.socket = optarg;
			break;
		case 'd':
			opt.file = optarg;
			break;
		case 'u':
			opt.target = optarg;
			break;
		case 'c':
			opt.n_conns = (int)strtol(optarg, NULL, 10);
			break;
		case 't':
			opt.seconds = strtod(optarg, NULL);
			break;
		case 'n':
			opt.count = strtoull(optarg, NULL, 10);
			break;
		case 'w':
			opt.warm = strtod(optarg, NULL);
			break;
		case 'r':
			opt.rate = strtod(optarg, NULL);
			break;
		case 'x':
			opt.expect = optarg;
			break;
		case 'p':
			opt.pid = (int)strtol(optarg, NULL, 10);
			break;
		case 'F':
			first = true;
			break;
		default:
			exit(2);
		}
	}
	opt.command = first ? argv + optind : NULL;
	if (!opt.socket || !opt.file || opt.n_conns < 1 || (first && optind == argc)) {
		fprintf(stderr, "usage: see the top of loadgen.c\n");
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	struct load load = {0};

	signal(SIGPIPE, SIG_IGN);
	read_options(argc, argv);
	read_request();
	if (opt.command)
		return first_answer();
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		die("epoll_create1");
	load.conns = allocate((size_t)opt.n_conns, sizeof(*load.conns));
	load.idle = allocate((size_t)opt.n_conns, sizeof(struct conn *));
	load.gap = opt.rate > 0 ? (uint64_t)(1e9 / opt.rate) : 0;
	run(&load);
	return wrong != 0;
}
