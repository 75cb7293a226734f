/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h: the operational log: one event, one line on stderr, `level area: message key=value`.  The
 * audit log is another thing (record.h).  Control bytes never reach the terminal.  Layer: base.
 */
#ifndef SALLYPORT_LOG_H
#define SALLYPORT_LOG_H

#include <stdbool.h>

enum sp_log_level { SP_LOG_ERROR = 0, SP_LOG_WARN, SP_LOG_INFO, SP_LOG_DEBUG };

/* Lines above `level` are dropped.  With `journald`, lines start with "<N>": sd-daemon(3). */
void sp_log_init(enum sp_log_level level, bool journald);
/* `errnum` != 0 adds ": strerror".  Never allocates; lines are cut at 2,000 bytes. */
void sp_log(enum sp_log_level level, const char *area, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
