/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_http.c: any bytes as the head of an HTTP request.  Besides not crashing: where the pieces
 * are cut changes nothing, and what is taken for whole ends with the first empty line.
 */
#include <stdint.h>
#include <stdlib.h>

#include "server/http_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sp_str text = {(const char *)data, size};
	struct sp_http_head whole, cut;
	enum sp_head_result result, later = SP_HEAD_MORE;
	int status, cut_status;
	const char *why = NULL, *cut_why = NULL;
	size_t scanned = 0;

	result = sp_http_head_read(text, 4096, &scanned, &whole, &status, &why);
	scanned = 0;
	for (size_t n = 0; n < size && later == SP_HEAD_MORE;) {
		n += 1 + data[n] % 7;
		later = sp_http_head_read(sp_str_head(text, n), 4096, &scanned, &cut, &cut_status,
		                          &cut_why);
	}
	must(size == 0 || later == result);
	if (result == SP_HEAD_BAD)
		must(why != NULL && cut_why == why && cut_status == status);
	if (result != SP_HEAD_WHOLE)
		return 0;
	must(whole.head_len <= size && whole.head_len == cut.head_len);
	must(memmem(text.p, whole.head_len - 1, "\r\n\r\n", 4) == NULL);
	must(whole.body_len == cut.body_len && whole.close == cut.close);
	must(whole.target.p > text.p && whole.target.len > 0);
	must(whole.target.p + whole.target.len < text.p + whole.head_len);
	return 0;
}
