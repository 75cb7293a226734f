/* SPDX-License-Identifier: Apache-2.0 */
/*
 * siphash.h: SipHash-2-4 (Aumasson and Bernstein, 2012), a keyed hash for short texts: who does not
 * have the key cannot find the text by trying.  Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_SIPHASH_H
#define SALLYPORT_ENGINE_SIPHASH_H

#include "sallyport/base.h"

uint64_t sp_siphash(const uint8_t key[16], struct sp_str text);

#endif
