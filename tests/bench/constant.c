/* SPDX-License-Identifier: Apache-2.0 */
/*
 * constant.c: the yardstick: an evhttp server on a unix socket that collects every body, looks at
 * none, and always answers the same.  What sallyport costs beyond this is its own work.
 *
 *	constant SOCKET
 */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char answer[] = "{\"Allow\":true,\"Msg\":\"\"}";

static void
on_request(struct evhttp_request *request, void *arg)
{
	(void)arg;
	evbuffer_add(evhttp_request_get_output_buffer(request), answer, sizeof(answer) - 1);
	evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
	                  "application/json");
	evhttp_send_reply(request, HTTP_OK, "OK", NULL);
}

static void
on_term(evutil_socket_t signum, short what, void *arg)
{
	(void)signum, (void)what;
	event_base_loopbreak(arg);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct event_base *base = event_base_new();
	struct evhttp *http = base ? evhttp_new(base) : NULL;
	struct evconnlistener *listener;
	struct event *term;

	if (argc != 2 || http == NULL || strlen(argv[1]) >= sizeof(addr.sun_path)) {
		fprintf(stderr, "usage: constant SOCKET\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	memcpy(addr.sun_path, argv[1], strlen(argv[1]));
	unlink(argv[1]);
	listener =
	    evconnlistener_new_bind(base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
	                            1024, (struct sockaddr *)&addr, sizeof(addr));
	if (listener == NULL || evhttp_bind_listener(http, listener) == NULL) {
		perror(argv[1]);
		return 1;
	}
	evhttp_set_max_body_size(http, 8 << 20);
	evhttp_set_max_headers_size(http, 64 << 10);
	evhttp_set_gencb(http, on_request, NULL);
	term = evsignal_new(base, SIGTERM, on_term, base);
	if (term == NULL || event_add(term, NULL) != 0)
		return 1;
	event_base_dispatch(base);
	evhttp_free(http);
	event_free(term);
	event_base_free(base);
	return 0;
}
