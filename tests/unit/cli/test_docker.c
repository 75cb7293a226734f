/* SPDX-License-Identifier: Apache-2.0 */
/* test_docker.c: words of a line, what is refused and how, and the requests four daemons saw. */
#include "cli/docker.h"
#include "unit/docker/facts_test.h"

static struct sp_docker_trouble trouble;

static struct sp_docker_request *
translate(const char *line)
{
	struct sp_str *words;
	size_t n;

	if (sp_docker_words(sp_strz(line), &arena, &words, &n, &trouble))
		return NULL;
	return sp_docker_translate(words, n, &arena, &trouble);
}

/* "METHOD URI BODY" of each request, one per line; "TEXT (HINT)" of what is wrong. */
static const char *
said(const char *line)
{
	struct sp_docker_request *r = translate(line);
	struct sp_buf out;

	if (!r)
		return sp_arena_printf(&arena, "%.*s%s%.*s%s", SP_FMT(trouble.text),
		                       trouble.hint.len ? " (" : "", SP_FMT(trouble.hint),
		                       trouble.hint.len ? ")" : "");
	sp_buf_init(&out, &arena, 1u << 20);
	for (; r; r = r->next)
		sp_buf_addf(&out, "%.*s %.*s%s%.*s%s", SP_FMT(r->method), SP_FMT(r->uri),
		            r->body.len ? " " : "", SP_FMT(r->body), r->next ? "\n" : "");
	return cstr(sp_buf_str(&out));
}

struct line_case {
	const char *line, *expected;
};

static void
check_lines(const struct line_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = said(c[i].line);

		if (strcmp(got, c[i].expected) != 0)
			fail_msg("%s\n gives    %s\n expected %s", c[i].line, got, c[i].expected);
	}
}
#define CHECK_LINES(cases) check_lines(cases, sizeof(cases) / sizeof((cases)[0]))

static void
words(void **state)
{
	static const struct line_case cases[] = {
	    {"a b  c", "a|b|c"},
	    {"  a\tb\n", "a|b"},
	    {"", ""},
	    {"'a b' \"c d\" e\\ f", "a b|c d|e f"},
	    {"'' \"\"", "|"},
	    {"a'b'\"c\"d", "abcd"},
	    {"'$HOME' \"$HOME\" $HOME *", "$HOME|$HOME|$HOME|*"},
	    {"\"a\\\"b\\\\c\\d\\$e\"", "a\"b\\c\\d$e"},
	    {"'a\\b'", "a\\b"},
	    {"a 'b", "a quote is not closed"},
	    {"\"a", "a quote is not closed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_str *list;
		struct sp_buf out;
		size_t n;

		sp_buf_init(&out, &arena, 1000);
		if (sp_docker_words(sp_strz(cases[i].line), &arena, &list, &n, &trouble))
			sp_buf_add(&out, trouble.text);
		else
			for (size_t k = 0; k < n; k++)
				sp_buf_addf(&out, "%s%.*s", k ? "|" : "", SP_FMT(list[k]));
		assert_string_equal(cstr(sp_buf_str(&out)), cases[i].expected);
	}
}

static void
refused(void **state)
{
	static const struct line_case cases[] = {
	    {"", "there is no docker command"},
	    {"docker", "there is no docker command"},
	    {"runn nginx",
	     "'docker runn' is not a command this program can translate (did you mean "
	     "'run'?)"},
	    {"compose up", "'docker compose' is not a command this program can translate (what it "
	                   "sends can be given as api: and body:)"},
	    {"container foo x",
	     "'docker container foo' is not a command this program can translate (did you "
	     "mean 'container top'?)"},
	    {"-H tcp://x ps", "'-H' stands before the command (leave it out: it says which daemon, "
	                      "not what it is asked for)"},
	    {"run --priviledged nginx",
	     "docker container run has no flag '--priviledged' (did you mean '--privileged'?)"},
	    {"run -Z nginx", "docker container run has no flag '-Z'"},
	    {"run -iZ nginx", "docker container run has no flag '-Z'"},
	    {"run --nonsense-flag=1 nginx", "docker container run has no flag '--nonsense-flag'"},
	    {"run --help", "--help asks the daemon for nothing"},
	    {"run", "docker container run needs at least 1 argument"},
	    {"run -m", "--memory needs a value"},
	    {"run ''", "an argument of docker container run is empty"},
	    {"rename a", "docker container rename needs 2 arguments"},
	    {"rename a b c", "'c' is one argument too many for docker container rename"},
	    {"run -m 1x nginx", "--memory: '1x' is not a size such as 512m"},
	    {"run --cpus a nginx", "--cpus: 'a' is not a number such as 1.5"},
	    {"run --pids-limit 1.5 nginx", "--pids-limit: '1.5' is not a whole number"},
	    {"run --privileged=maybe nginx", "--privileged: 'maybe' is not true or false"},
	    {"run -d=maybe nginx", "--detach: 'maybe' is not true or false"},
	    {"run --health-cmd x --health-interval 5 nginx",
	     "--health-interval: '5' is not a duration such as 1m30s"},
	    {"run -v ./data:/data nginx",
	     "the path './data' means something only where the command "
	     "is typed (write the whole path)"},
	    {"run -v ~/x:/data nginx", "the path '~/x' means something only where the command is "
	                               "typed (write the whole path)"},
	    {"run -v $PWD:/data nginx", "the path '$PWD' means something only where the command is "
	                                "typed (write the whole path)"},
	    {"run --mount type=bind,src=.,dst=/x nginx",
	     "the path '.' means something only where the command is typed (write the whole path)"},
	    {"run -v :/x nginx", "-v: ':/x' has an empty part"},
	    {"run -v /x: nginx", "-v: '/x:' has an empty part"},
	    {"run --mount type=bind,src=/a nginx", "--mount: 'type=bind,src=/a' has no target"},
	    {"run --mount type=bind,src=/a,dst=/b,volume-nocopy nginx",
	     "--mount: 'type=bind,src=/a,dst=/b,volume-nocopy' has options of a mount of type "
	     "volume"},
	    {"run --mount type=bind,src=/a,dst=/b,readonyl nginx",
	     "--mount: 'readonyl' is not a field of a mount"},
	    {"run --mount type=bind,src=,dst=/b nginx",
	     "--mount: 'src=' is not a field of a mount"},
	    {"run -p 80:x nginx",
	     "--publish: '80:x' is not a port (write [IP:][HOST:]CONTAINER[/PROTOCOL])"},
	    {"run -p 70000 nginx",
	     "--publish: '70000' is not a port (write [IP:][HOST:]CONTAINER[/PROTOCOL])"},
	    {"run -p 80:80/xyz nginx",
	     "--publish: '80:80/xyz' is not a port (write [IP:][HOST:]CONTAINER[/PROTOCOL])"},
	    {"run -p 1-3:1-2 nginx", "--publish: the ranges of '1-3:1-2' differ in length"},
	    {"run --device dev/sda nginx", "--device: 'dev/sda' is not a device (write --device "
	                                   "/dev/x, /dev/x:/dev/y or /dev/x:/dev/y:rwm)"},
	    {"run --gpus many nginx", "--gpus: 'many' is not a count"},
	    {"run --ulimit nofile nginx", "--ulimit: 'nofile' is not NAME=SOFT[:HARD]"},
	    {"run --pid foo nginx", "--pid: 'foo' is none of its values"},
	    {"run --userns private nginx", "--userns: 'private' is none of its values"},
	    {"run --restart always --rm nginx", "--restart and --rm exclude each other"},
	    {"run --no-healthcheck --health-cmd x nginx",
	     "--no-healthcheck and --health-... exclude each other"},
	    {"run --network a --network a nginx", "network 'a' is named twice"},
	    {"run --network a --network host nginx",
	     "networks of docker's own and others exclude each other"},
	    {"run --network host --network-alias x nginx",
	     "aliases are for user-defined networks only"},
	    {"run --network name=a,colour=red nginx",
	     "--network: 'colour=red' is not a field of it"},
	    {"run --label-file x nginx",
	     "--label-file: files are not read here (write what is in it "
	     "on the line)"},
	    {"run --security-opt apparmor nginx", "--security-opt: 'apparmor' is not KEY=VALUE"},
	    {"run --sysctl a nginx", "--sysctl: 'a' is not KEY=VALUE"},
	    {"update web", "docker update needs at least one flag"},
	    {"cp a b", "one of the two is CONTAINER:PATH"},
	    {"cp a:/x b:/y", "one of the two is CONTAINER:PATH"},
	    {"pull Nginx", "'Nginx' is not the name of an image"},
	    {"pull -a nginx:1", "with --all-tags there is no tag in the name"},
	    {"tag nginx A", "'A' is not the name of an image"},
	    {"service create --mode global --replicas 2 nginx",
	     "a global service has no number of replicas"},
	    {"service create --mode many nginx", "--mode: 'many' is not a mode of a service"},
	    {"service create -p 127.0.0.1:80:80 nginx", "--publish: a service has no host address"},
	    {"service create --secret target=x nginx", "--secret: 'target=x' has no source"},
	    {"service scale web", "'web' is not SERVICE=REPLICAS"},
	    {"volume create --type file x", "--type: 'file' is neither block nor mount"},
	    {"inspect --type pod x", "--type: 'pod' is not a kind of object"},
	    {"ps --filter x", "--filter: 'x' is not key=value"},
	};

	(void)state;
	CHECK_LINES(cases);
}

static void
requests(void **state)
{
#define TAIL                                                                                       \
	"\"RestartPolicy\":{\"Name\":\"no\"},\"NetworkMode\":\"default\"},\"NetworkingConfig\":{"  \
	"\"EndpointsConfig\":{\"default\":{}}}}"
	static const struct line_case cases[] = {
	    {"run nginx",
	     "POST /v1.50/containers/create {\"Image\":\"nginx\",\"HostConfig\":{" TAIL},
	    {"docker run nginx",
	     "POST /v1.50/containers/create {\"Image\":\"nginx\",\"HostConfig\":{" TAIL},
	    /* flags after the image are the command's */
	    {"run nginx --privileged",
	     "POST /v1.50/containers/create "
	     "{\"Image\":\"nginx\",\"Cmd\":[\"--privileged\"],\"HostConfig\":{" TAIL},
	    {"run -- nginx -it", "POST /v1.50/containers/create "
	                         "{\"Image\":\"nginx\",\"Cmd\":[\"-it\"],\"HostConfig\":{" TAIL},
	    /* a flag with a value takes the next word whatever it looks like */
	    {"run --name --privileged nginx", "POST /v1.50/containers/create?name=--privileged "
	                                      "{\"Image\":\"nginx\",\"HostConfig\":{" TAIL},
	    {"stop a b/c", "POST /v1.50/containers/a/stop\nPOST /v1.50/containers/b/c/stop"},
	    {"rm -fv a --link", "DELETE /v1.50/containers/a?force=1&v=1&link=1"},
	    {"rm -f=false a", "DELETE /v1.50/containers/a"},
	    {"rename a 'b c'", "POST /v1.50/containers/a/rename?name=b%20c"},
	    {"logs 'a?b%c'", "GET /v1.50/containers/a%3Fb%25c/logs?stderr=1&stdout=1"},
	    {"ps -f label=a=b -f label=c",
	     "GET /v1.50/containers/json?filters=%7B%22label%22%3A%7B%22"
	     "a%3Db%22%3Atrue%2C%22c%22%3Atrue%7D%7D"},
	    {"update -m -1 web", "POST /v1.50/containers/web/update {\"Memory\":-1}"},
	    {"service update --rollback web",
	     "POST /v1.50/services/web/update?version=0&rollback=previous "
	     "{\"TaskTemplate\":{\"ContainerSpec\":{}}}"},
	    {"system prune -f --volumes",
	     "POST /v1.50/containers/prune\nPOST /v1.50/networks/prune\nPOST "
	     "/v1.50/volumes/prune\nPOST /v1.50/images/prune\nPOST /v1.50/build/prune"},
	    {"plugin set fs A=b", "POST /v1.50/plugins/fs/set [\"A=b\"]"},
	};

	(void)state;
	CHECK_LINES(cases);
}

/* A message as the plugin got it, and as it is made from the line. */
static const char *
facts_of(struct sp_str message)
{
	struct sp_buf out;

	read_text(&req, message, false);
	facts = (struct sp_facts){0};
	assert_int_equal(req.fault, SP_FAULT_NONE);
	sp_facts_read(&facts, &req, &arena);
	sp_buf_init(&out, &arena, 100000);
	sp_buf_addf(&out, "%s %.*s %s", action_name(&req), SP_FMT(req.object), powers());
	for (enum sp_fact f = SP_FACT_LAST_POWER + 1; f < SP_FACT_COUNT; f++)
		sp_buf_addf(&out, " %s=%s", sp_fact_name(f), seen(f));
	return cstr(sp_buf_str(&out));
}

static void
as_the_daemon_got_it(void **state)
{
	static const struct line_case cases[] = {
	    {"create --name c1 --network none -m 64m busybox:local sleep 300", "08-create.3"},
	    {"create --name c2 --network none -m 64m --cpus 0.5 --pids-limit 100 --read-only "
	     "--cap-drop ALL --cap-add NET_BIND_SERVICE --security-opt no-new-privileges --user "
	     "1000:1000 -v /tmp/attacklab/data/ok:/data:ro --mount type=tmpfs,target=/t --tmpfs "
	     "/run "
	     "-e A=b -l com.example.x=y --ulimit nofile=1024 --restart on-failure:3 --log-opt "
	     "max-size=1m -w / --init --health-cmd true busybox:local sleep 1",
	     "09-create-many-options.3"},
	    {"create --name c3 --privileged --network host --pid host --ipc host -v /:/host "
	     "--device "
	     "/dev/null --security-opt seccomp=unconfined busybox:local sh",
	     "10-create-privileged.3"},
	    {"start c1", "11-start.3"},
	    {"exec c1 echo in-exec", "12-exec.5"},
	    {"exec --privileged -u 0 -e X=1 -w / c1 echo p", "13-exec-privileged-env.5"},
	    {"exec -d c1 echo d", "14-exec-detach.5"},
	    {"run --rm --network none busybox:local echo hello-from-run", "15-run-foreground.3"},
	    {"run --rm -it --network none busybox:local echo tty", "17-run-tty-stdin.3"},
	    {"update -m 128m --memory-swap 128m c1", "28-update.3"},
	    {"rename c4 c4b", "29-rename.3"},
	    {"pull 127.0.0.1:9/nosuch:1", "07-pull-failure.3"},
	    {"commit -m msg -c 'ENV Z=1' c1 committed:1", "36-commit.3"},
	    {"tag committed:1 registry.example.com/ok:1", "37-tag.3"},
	    {"network create -d bridge --subnet 198.51.100.0/24 --internal n1",
	     "48-network-create.3"},
	    {"network connect n1 c1", "49-network-connect.3"},
	    {"volume create --label a=b v1", "52-volume-create.3"},
	    {"volume create --driver local -o type=none -o o=bind -o device=/tmp/attacklab/secret "
	     "v2",
	     "53-volume-create-bind.3"},
	    {"secret create sec1 -", "69-secret-create.3"},
	    {"config create cfg1 x", "70-config-create.3"},
	};
	static const char *const versions[] = {"26.1", "28.5", "29.7"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_docker_request *r = translate(cases[i].line);
		const char *mine;

		if (!r)
			fail_msg("%s: %.*s", cases[i].line, SP_FMT(trouble.text));
		mine = facts_of(sp_docker_message(r, &arena));
		for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++) {
			const char *real = facts_of(
			    file_text(sp_arena_printf(&arena, "tests/requests/%s/%s.AuthZReq.json",
			                              versions[v], cases[i].expected)));

			if (strcmp(mine, real) != 0)
				fail_msg("%s\n gives    %s\n %s: %s", cases[i].line, mine,
				         versions[v], real);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(requests),
	    cmocka_unit_test(as_the_daemon_got_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
