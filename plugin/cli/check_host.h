/* SPDX-License-Identifier: Apache-2.0 */
/* check_host.h: what `check --host` adds.  Private to cli/. */
#ifndef SALLYPORT_CLI_CHECK_HOST_H
#define SALLYPORT_CLI_CHECK_HOST_H

#include "sallyport/policy.h"

/*
 * Who can change the files of the policy (E130), and what is wrong with the host paths it grants
 * (W322, W325); on this host, now.  Added to `diags`, which the policy was loaded with.  `policy`
 * may be NULL: then only the files are looked at.
 */
void sp_check_host(const struct sp_policy *policy, struct sp_diags *diags);

#endif
