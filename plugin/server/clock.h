/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h: the clocks the server reads; no other layer has any.  Private to server/. */
#ifndef SALLYPORT_SERVER_CLOCK_H
#define SALLYPORT_SERVER_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t
sp_clock_us(clockid_t clock)
{
	struct timespec t = {0, 0};

	clock_gettime(clock, &t); /* cannot fail for the clocks we name */
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

#endif
