/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c: the operational log.  Messages quote names from requests and files: what could forge a
 * line or steer a terminal becomes '?'.  One write(2) per line, so that lines of several threads
 * (or processes with the same stderr) do not mix.
 *
 * The two settings are written once, before there are threads.
 */
#include "sallyport/log.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "sallyport/base.h"

#define LINE_MAX_BYTES 2000 /* with the newline */

static enum sp_log_level log_level = SP_LOG_INFO;
static bool log_journald;

void
sp_log_init(enum sp_log_level level, bool journald)
{
	log_level = level;
	log_journald = journald;
}

static const char *
level_name(enum sp_log_level level)
{
	switch (level) {
	case SP_LOG_ERROR:
		return log_journald ? "<3>error" : "error";
	case SP_LOG_WARN:
		return log_journald ? "<4>warn" : "warn";
	case SP_LOG_INFO:
		return log_journald ? "<6>info" : "info";
	case SP_LOG_DEBUG:
		return log_journald ? "<7>debug" : "debug";
	}
	return "error";
}

/* In place: the result is never longer. */
static size_t
make_harmless(char *text, size_t len)
{
	struct sp_str s = {text, len};
	size_t out = 0;
	size_t n;

	for (size_t at = 0; at < len; at += n) {
		uint32_t code;

		n = sp_utf8_next(s, at, &code);
		if (n == 0 || sp_utf8_hidden(code)) {
			text[out++] = '?';
			n = n ? n : 1;
			continue;
		}
		memmove(text + out, text + at, n);
		out += n;
	}
	return out;
}

/* For what is not a format: adds `z` as far as it fits. */
static size_t
append(char *line, size_t at, size_t size, const char *z)
{
	while (*z && at < size - 1)
		line[at++] = *z++;
	return at;
}

void
sp_log(enum sp_log_level level, const char *area, int errnum, const char *fmt, ...)
{
	int saved_errno = errno;
	char line[LINE_MAX_BYTES];
	char error[128];
	size_t len;
	va_list args;
	int n;

	if (level > log_level)
		return;
	len = append(line, 0, sizeof(line), level_name(level));
	len = append(line, len, sizeof(line), " ");
	len = append(line, len, sizeof(line), area);
	len = append(line, len, sizeof(line), ": ");
	va_start(args, fmt);
	n = vsnprintf(line + len, sizeof(line) - len, fmt, args);
	va_end(args);
	if (n > 0)
		len = (size_t)n < sizeof(line) - len ? len + (size_t)n : sizeof(line) - 1;
	if (errnum) {
		len = append(line, len, sizeof(line), ": ");
		len = append(line, len, sizeof(line), strerror_r(errnum, error, sizeof(error)));
	}
	if (len == sizeof(line) - 1) { /* cut, maybe inside a character */
		len -= 3;
		while (((unsigned char)line[len] & 0xc0) == 0x80)
			len--;
		memcpy(line + len, "...", 3);
		len += 3;
	}
	len = make_harmless(line, len);
	line[len++] = '\n';
	while (write(STDERR_FILENO, line, len) < 0 && errno == EINTR)
		;
	errno = saved_errno;
}
