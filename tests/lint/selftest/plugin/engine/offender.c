/* SPDX-License-Identifier: Apache-2.0 */
/* Breaks the layer table on purpose: proves that check-layers.awk can fail.  Never compiled. */
#include <event2/http.h>
#include <yaml.h>
#include "sallyport/server.h"
#include "sallyport/decide.h"

static const char *text = "getenv(x)"; /* not a call: getenv("X") */
static long
offend(struct thing *x)
{
	return x->time(NULL) + getenv("HOME")[0];
}
