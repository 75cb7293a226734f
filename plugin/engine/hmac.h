/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hmac.h: HMAC-SHA256 (RFC 2104) with the two pads of a key computed once.  Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_HMAC_H
#define SALLYPORT_ENGINE_HMAC_H

#include <sha2.h>

#include "sallyport/base.h"

struct sp_hmac {
	SHA2_CTX inner, outer; /* after the pads */
};

void sp_hmac_init(struct sp_hmac *hmac, const uint8_t *key, size_t len);
void sp_hmac_digest(const struct sp_hmac *hmac, struct sp_str text, uint8_t digest[32]);

#endif
