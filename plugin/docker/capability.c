/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capability.c: capability names as dockerd reads them.  Input: names of a request (hostile) or of
 * a policy.  moby: oci/caps/utils.go, NormalizeLegacyCapabilities.
 */
#include "docker/fact_reader.h"

#define LONGEST 64 /* more than the longest name, so that a cut name is never a known one */

/* clang-format off */
static const char *const known[] = {
	"CAP_AUDIT_CONTROL", "CAP_AUDIT_READ", "CAP_AUDIT_WRITE", "CAP_BLOCK_SUSPEND", "CAP_BPF",
	"CAP_CHECKPOINT_RESTORE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER",
	"CAP_FSETID", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_KILL", "CAP_LEASE", "CAP_LINUX_IMMUTABLE",
	"CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE", "CAP_MKNOD", "CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST", "CAP_NET_RAW", "CAP_PERFMON", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP",
	"CAP_SETUID", "CAP_SYSLOG", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_CHROOT", "CAP_SYS_MODULE",
	"CAP_SYS_NICE", "CAP_SYS_PACCT", "CAP_SYS_PTRACE", "CAP_SYS_RAWIO", "CAP_SYS_RESOURCE",
	"CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_WAKE_ALARM",
};
/* clang-format on */

/*
 * Go's strings.ToUpper, as far as it can give ASCII: besides a-z, U+017F becomes S and U+0131
 * becomes I, so dockerd takes "\u017fys_adm\u0131n" for SYS_ADMIN.
 */
static size_t
to_upper(struct sp_str name, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < name.len && n < size; i++) {
		char c = name.p[i];

		if (c >= 'a' && c <= 'z') {
			c = (char)(c - 'a' + 'A');
		} else if (i + 1 < name.len && memcmp(name.p + i, "\xc5\xbf", 2) == 0) {
			c = 'S';
			i++;
		} else if (i + 1 < name.len && memcmp(name.p + i, "\xc4\xb1", 2) == 0) {
			c = 'I';
			i++;
		}
		out[n++] = c;
	}
	return n;
}

struct sp_str
sp_capability_upper(struct sp_str name, struct sp_arena *arena)
{
	char text[4 + LONGEST] = "CAP_";
	struct sp_str upper = {text + 4, to_upper(name, text + 4, LONGEST)};

	if (sp_str_is(upper, "ALL"))
		return SP_STR("ALL");
	if (!sp_str_starts(upper, SP_STR("CAP_")))
		upper = (struct sp_str){text, upper.len + 4};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (sp_str_is(upper, known[i]))
			return sp_strz(known[i]);
	}
	return sp_arena_dup(arena, upper);
}

struct sp_str
sp_capability_name(struct sp_str name, struct sp_arena *arena)
{
	struct sp_str upper = sp_capability_upper(name, arena);

	if (sp_str_is(upper, "ALL"))
		return upper;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (upper.p == known[i])
			return upper;
	}
	return (struct sp_str){NULL, 0};
}
