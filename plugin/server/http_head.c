/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_head.c: a strict reader for what dockerd's HTTP client writes (Go: net/http/request.go,
 * write): one request line, headers, CRLF everywhere, Content-Length or no body.  Hostile bytes in.
 *
 * Strict, because every freedom of HTTP is one more way for two readers to disagree about where a
 * message ends: no bare LF, no folded lines, no blank before a colon, one Content-Length of digits
 * only, no Transfer-Encoding (dockerd never chunks).  Host may be empty (20.10) or missing.
 */
#include "server/http_head.h"

/* What a method or a header's name may consist of (RFC 9110, token). */
static bool
is_token(struct sp_str s)
{
	static const uint8_t other[] = {
	    ['!'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1, ['&'] = 1, ['\''] = 1, ['*'] = 1, ['+'] = 1,
	    ['-'] = 1, ['.'] = 1, ['^'] = 1, ['_'] = 1, ['`'] = 1, ['|'] = 1,  ['~'] = 1,
	};

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((unsigned char)((c | 0x20) - 'a') > 25 && (unsigned char)(c - '0') > 9 &&
		    !(c < sizeof(other) && other[c]))
			return false;
	}
	return s.len > 0;
}

static bool
has_control_bytes(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

static struct sp_str
trim(struct sp_str s)
{
	while (s.len && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = sp_str_from(s, 1);
	while (s.len && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static const char *
read_request_line(struct sp_str line, struct sp_http_head *head)
{
	struct sp_str method, target, version;

	if (!sp_str_cut(line, ' ', &method, &target) ||
	    !sp_str_cut(target, ' ', &target, &version) || !is_token(method))
		return "not an HTTP request line";
	for (size_t i = 0; i < target.len; i++)
		if (target.p[i] <= 0x20 || target.p[i] > 0x7e)
			return "a byte that does not belong into a request target";
	if (target.len == 0)
		return "no request target";
	if (sp_str_is(version, "HTTP/1.0"))
		head->close = true;
	else if (!sp_str_is(version, "HTTP/1.1"))
		return "not HTTP/1.1";
	head->is_post = sp_str_is(method, "POST");
	head->is_head = sp_str_is(method, "HEAD");
	head->target = target;
	return NULL;
}

static const char *
read_length(struct sp_str value, bool *seen, uint64_t *length)
{
	if (*seen)
		return "Content-Length twice";
	*seen = true;
	*length = 0;
	if (value.len == 0 || value.len > 18)
		return "not a Content-Length";
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			return "not a Content-Length";
		*length = *length * 10 + (uint64_t)(value.p[i] - '0');
	}
	return NULL;
}

/* Is `word` one of the comma-separated words of `list`? */
static bool
lists_word(struct sp_str list, struct sp_str word)
{
	struct sp_str item;

	while (list.len) {
		sp_str_cut(list, ',', &item, &list);
		if (sp_str_eq_nocase(trim(item), word))
			return true;
	}
	return false;
}

static const char *
read_header(struct sp_str line, struct sp_http_head *head, bool *has_length, int *status)
{
	struct sp_str name, value;

	if (!sp_str_cut(line, ':', &name, &value) || !is_token(name))
		return "not a header line";
	if (has_control_bytes(value))
		return "a control byte in a header";
	value = trim(value);
	if (sp_str_eq_nocase(name, SP_STR("Content-Length")))
		return read_length(value, has_length, &head->body_len);
	if (sp_str_eq_nocase(name, SP_STR("Transfer-Encoding"))) {
		*status = 501;
		return "Transfer-Encoding is not understood";
	}
	if (sp_str_eq_nocase(name, SP_STR("Connection")))
		head->close = head->close || lists_word(value, SP_STR("close"));
	if (sp_str_eq_nocase(name, SP_STR("Expect"))) {
		head->expect_continue = sp_str_eq_nocase(value, SP_STR("100-continue"));
		if (!head->expect_continue) {
			*status = 417;
			return "an expectation that cannot be met";
		}
	}
	return NULL;
}

/* `text` is the head without the last two bytes: every line in it ends with CRLF. */
static const char *
read_lines(struct sp_str text, struct sp_http_head *head, int *status)
{
	const char *why = NULL;
	bool has_length = false;
	bool first = true;

	while (text.len > 0 && why == NULL) {
		struct sp_str line, rest;

		sp_str_cut(text, '\n', &line, &rest);
		if (line.len == 0 || line.p[line.len - 1] != '\r')
			return "a line that does not end with CRLF";
		line.len--;
		why = first ? read_request_line(line, head)
		            : read_header(line, head, &has_length, status);
		first = false;
		text = rest;
	}
	return why;
}

enum sp_head_result
sp_http_head_read(struct sp_str text, size_t max_bytes, size_t *scanned, struct sp_http_head *head,
                  int *status, const char **why)
{
	struct sp_str searched = sp_str_head(text, max_bytes);
	size_t from = *scanned < 3 ? 0 : *scanned - 3;
	const char *end = NULL;

	memset(head, 0, sizeof(*head));
	if (searched.len > from)
		end = memmem(searched.p + from, searched.len - from, "\r\n\r\n", 4);
	*scanned = searched.len;
	*status = 400;
	if (end == NULL) {
		if (text.len < max_bytes)
			return SP_HEAD_MORE;
		*status = 431;
		*why = "the header is too long";
		return SP_HEAD_BAD;
	}
	head->head_len = (size_t)(end - text.p) + 4;
	*why = read_lines(sp_str_head(text, head->head_len - 2), head, status);
	return *why ? SP_HEAD_BAD : SP_HEAD_WHOLE;
}
