/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h: the file the decisions are appended to.  Private to server/. */
#ifndef SALLYPORT_SERVER_AUDIT_H
#define SALLYPORT_SERVER_AUDIT_H

#include "sallyport/base.h"

struct sp_audit {
	int fd;
	const char *path;   /* "-": standard output */
	bool is_socket;     /* journald's stream: written with send(2), so that it cannot block */
	bool torn;          /* the last line was cut off: the next one starts with a newline */
	bool stuck;         /* the reader did not take the last line in time */
	uint64_t lost;      /* lines that could not be written since the last one that could */
	int64_t complained; /* monotonic microseconds of the last complaint; 0: none */
};

/* 0; -1 after logging why not.  `path` is kept, not copied. */
int sp_audit_open(struct sp_audit *audit, const char *path);
/* After logrotate has renamed the file.  The old one stays in use when the new one cannot be had.
 */
void sp_audit_reopen(struct sp_audit *audit);
/*
 * Appends n_lines lines, each with its newline.  False when not all of them could be written: the
 * log says so (at most every ten seconds), and a line that was cut off spoils no other. Waits for a
 * slow reader a fifth of a second at most, and not at all again until it has caught up.
 */
bool sp_audit_write(struct sp_audit *audit, struct sp_str lines, unsigned n_lines);
void sp_audit_close(struct sp_audit *audit);

#endif
