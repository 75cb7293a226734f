/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact.c: the body of a request as a record keeps it.  Input: a body that has been bound to the
 * Go types it is decoded into, so that no key is there twice and every value has its type; keys are
 * as the client spelled them, and are compared as Go does: {"env":["A=secret"]} is an Env.
 *
 * What rules look at stays: names of variables, labels, commands, host paths, mount options.
 * This runs for every request; the common cases are written for speed.
 */
#include "engine/redact.h"

/* Whoever sends more secrets than this wants to keep everybody waiting. */
#define MAX_HASHED 2000

/* What the strings below a token are. */
enum inside {
	PLAIN = 0,
	VERBATIM,       /* labels: names mean nothing here */
	ENVIRONMENT,    /* NAME=secret */
	SECRET,         /* all of them */
	LOG_CONFIG,     /* its Config, Options for a service, holds tokens of log services */
	DRIVER_CONFIG,  /* its Options are those of a volume */
	DRIVER_OPTIONS, /* passwords among addresses and paths */
	CLUSTER_VOLUME,
	EXTERNAL_CA, /* its URL may hold a password, its Options anything */
	ADDRESS,
	SETTING, /* of a plugin: NAME=secret, or NAME.source=/path */
};

struct rule {
	const char *name;
	enum inside where; /* PLAIN: anywhere */
	enum inside what;
};

static const struct rule strings[] = {
    {"Password", PLAIN, SECRET},      {"IdentityToken", PLAIN, SECRET},
    {"RegistryToken", PLAIN, SECRET}, {"JoinToken", PLAIN, SECRET},
    {"UnlockKey", PLAIN, SECRET},     {"SigningCAKey", PLAIN, SECRET},
    {"URL", EXTERNAL_CA, ADDRESS},    {NULL, PLAIN, PLAIN},
};

static const struct rule arrays[] = {
    {"Env", PLAIN, ENVIRONMENT},
    {"Secrets", CLUSTER_VOLUME, SECRET},
    {"ExternalCAs", PLAIN, EXTERNAL_CA},
    {NULL, PLAIN, PLAIN},
};

static const struct rule objects[] = {
    {"Labels", PLAIN, VERBATIM},
    {"LogConfig", PLAIN, LOG_CONFIG},
    {"Config", LOG_CONFIG, SECRET},
    {"LogDriver", PLAIN, LOG_CONFIG},
    {"Options", LOG_CONFIG, SECRET},
    {"DriverConfig", PLAIN, DRIVER_CONFIG},
    {"Options", DRIVER_CONFIG, DRIVER_OPTIONS},
    {"DriverOpts", PLAIN, DRIVER_OPTIONS},
    {"ClusterVolumeSpec", PLAIN, CLUSTER_VOLUME},
    {"Options", EXTERNAL_CA, SECRET},
    {NULL, PLAIN, PLAIN},
};

/* By the type of the value, with the first letters of the names: most keys have another one. */
#define LETTER(c) (1u << ((c)&31))
static const struct {
	uint32_t letters;
	const struct rule *rules;
} tables[] = {
    [SP_JSON_STRING] = {LETTER('P') | LETTER('I') | LETTER('R') | LETTER('J') | LETTER('U') |
                            LETTER('S'),
                        strings},
    [SP_JSON_ARRAY] = {LETTER('E') | LETTER('S'), arrays},
    [SP_JSON_OBJECT] = {LETTER('L') | LETTER('C') | LETTER('D') | LETTER('O'), objects},
};

bool
sp_redact_knows_body(enum sp_action action)
{
	static const bool known[SP_ACT_COUNT] = {
	    [SP_ACT_CONTAINER_CREATE] = true, [SP_ACT_CONTAINER_START] = true,
	    [SP_ACT_CONTAINER_UPDATE] = true, [SP_ACT_CONTAINER_EXEC] = true,
	    [SP_ACT_CONTAINER_COMMIT] = true, [SP_ACT_CONTAINER_COPY_OUT] = true,
	    [SP_ACT_EXEC_START] = true,       [SP_ACT_CHECKPOINT_CREATE] = true,
	    [SP_ACT_VOLUME_CREATE] = true,    [SP_ACT_NETWORK_CREATE] = true,
	    [SP_ACT_NETWORK_CONNECT] = true,  [SP_ACT_NETWORK_DISCONNECT] = true,
	    [SP_ACT_SERVICE_CREATE] = true,   [SP_ACT_SERVICE_UPDATE] = true,
	    [SP_ACT_NODE_UPDATE] = true,      [SP_ACT_SWARM_INIT] = true,
	    [SP_ACT_SWARM_JOIN] = true,       [SP_ACT_SWARM_UPDATE] = true,
	    [SP_ACT_SWARM_UNLOCK] = true,     [SP_ACT_PLUGIN_PULL] = true,
	    [SP_ACT_PLUGIN_UPGRADE] = true,   [SP_ACT_PLUGIN_SET] = true,
	};

	return (unsigned)action < SP_ACT_COUNT && known[action];
}

/* --- strings --- */

/*
 * Has one of these eight bytes its own spelling in JSON?  Below 0x80 no sum carries into the next
 * byte, so bit 7 of each says: c + 0x60: not a control; (c ^ d) + 0x7f: not d; c + 1: DEL.
 */
static inline bool
is_special(uint64_t x)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t fine = (x + ones * 0x60) & ((x ^ ones * '"') + ones * 0x7f) &
	                ((x ^ ones * '\\') + ones * 0x7f);

	return ((x | (x + ones) | ~fine) & ones * 0x80) != 0;
}

/* Copies when nothing needs escaping. */
static inline bool
copy_plain(char *to, const char *from, size_t len)
{
	uint64_t x = 0;
	uint32_t low, high;

	if (len < 4) {
		for (size_t i = 0; i < len; i++) {
			to[i] = from[i];
			x = x << 8 | (unsigned char)from[i];
		}
		return !is_special(x | 0x2020202020202020u << (8 * len));
	}
	if (len < 8) {
		memcpy(&low, from, 4);
		memcpy(&high, from + len - 4, 4);
		memcpy(to, &low, 4);
		memcpy(to + len - 4, &high, 4);
		return !is_special(low | (uint64_t)high << 32);
	}
	for (size_t i = 0; i + 8 <= len; i += 8) {
		memcpy(&x, from + i, 8);
		if (is_special(x))
			return false;
		memcpy(to + i, &x, 8);
	}
	memcpy(&x, from + len - 8, 8);
	memcpy(to + len - 8, &x, 8);
	return !is_special(x);
}

void
sp_redact_string(struct sp_buf *out, struct sp_str s)
{
	char *to;

	if (s.len > out->size || out->size - out->len < s.len + 2) {
		sp_buf_add_json(out, s);
		return;
	}
	to = out->p + out->len;
	if (!copy_plain(to + 1, s.p, s.len)) {
		sp_buf_add_json(out, s);
		return;
	}
	to[0] = '"';
	to[s.len + 1] = '"';
	out->len += s.len + 2;
}

void
sp_redact_secret(struct sp_redactor *r, struct sp_buf *to, struct sp_str secret)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = "keyed:............";
	uint64_t hash;

	if (!r->key || r->n_hashed >= MAX_HASHED) {
		sp_buf_addz(to, "redacted");
		return;
	}
	r->n_hashed++;
	hash = sp_siphash(r->key, secret);
	for (size_t i = 0; i < 12; i++)
		text[6 + i] = hex[hash >> (60 - 4 * i) & 15];
	sp_buf_add(to, SP_STR(text));
}

static void
add_scratch(struct sp_redactor *r, struct sp_buf *scratch)
{
	sp_buf_add_json(r->out, sp_buf_str(scratch));
}

/* --- values --- */

static void
add_secret(struct sp_redactor *r, struct sp_str secret)
{
	sp_buf_addc(r->out, '"');
	sp_redact_secret(r, r->out, secret);
	sp_buf_addc(r->out, '"');
}

static void
add_variable(struct sp_redactor *r, struct sp_str variable)
{
	struct sp_str name, value;

	if (!sp_str_cut(variable, '=', &name, &value)) {
		sp_redact_string(r->out, variable); /* a name alone: unset it */
		return;
	}
	sp_redact_string(r->out, name);
	if (r->out->cut)
		return;
	r->out->len--; /* the quote */
	sp_buf_addc(r->out, '=');
	sp_redact_secret(r, r->out, value);
	sp_buf_addc(r->out, '"');
}

/* Options of mount(8), and of the local driver, whose values are known to be no secrets. */
static bool
is_harmless_option(struct sp_str name, struct sp_str value)
{
	static const char *const harmless[] = {
	    "addr",      "context",    "dir_mode",  "file_mode", "gid",       "mode",   "mountaddr",
	    "mountport", "mountproto", "mountvers", "nfsvers",   "nr_inodes", "port",   "proto",
	    "retrans",   "retry",      "rsize",     "sec",       "size",      "subvol", "timeo",
	    "type",      "uid",        "vers",      "wsize",
	};

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (sp_str_is(name, harmless[i]))
			return true;
	if (sp_str_has_nocase(name, SP_STR("pass")) || sp_str_has_nocase(name, SP_STR("secret")))
		return false;
	/* Paths on the host, which are judged like bind mounts: lowerdir=/a:/b, credentials=/c. */
	return sp_str_starts(value, SP_STR("/")) || sp_str_has_nocase(value, SP_STR(":/"));
}

static void
add_mount_options(struct sp_redactor *r, struct sp_str options)
{
	struct sp_buf scratch;
	struct sp_str option, name, value;
	bool more;

	sp_buf_init(&scratch, r->out->arena, r->out->max);
	do {
		more = sp_str_cut(options, ',', &option, &options);
		if (sp_str_cut(option, '=', &name, &value) && !is_harmless_option(name, value)) {
			sp_buf_add(&scratch, name);
			sp_buf_addc(&scratch, '=');
			sp_redact_secret(r, &scratch, value);
		} else {
			sp_buf_add(&scratch, option);
		}
		if (more)
			sp_buf_addc(&scratch, ',');
	} while (more);
	add_scratch(r, &scratch);
}

static void
add_address(struct sp_redactor *r, struct sp_str address)
{
	struct sp_buf scratch;

	sp_buf_init(&scratch, r->out->arena, r->out->max);
	sp_redact_address(r, &scratch, address);
	add_scratch(r, &scratch);
}

/* `key` says which; other drivers than local are not known: every value may be a secret. */
static void
add_driver_option(struct sp_redactor *r, struct sp_str key, struct sp_str value)
{
	if (sp_str_is(key, "o")) {
		add_mount_options(r, value);
	} else if (sp_str_is(key, "device")) {
		add_address(r, value);
	} else if (is_harmless_option(key, SP_STR(""))) {
		sp_redact_string(r->out, value);
	} else {
		add_secret(r, value);
	}
}

/* Paths of the host are what rules are about; of others, that they may be one. */
static void
add_setting(struct sp_redactor *r, struct sp_str setting)
{
	struct sp_buf scratch;
	struct sp_str name, value;

	if (!sp_str_cut(setting, '=', &name, &value) || sp_str_ends(name, SP_STR(".source")) ||
	    sp_str_ends(name, SP_STR(".path"))) {
		sp_redact_string(r->out, setting);
		return;
	}
	sp_buf_init(&scratch, r->out->arena, r->out->max);
	sp_buf_add(&scratch, name);
	sp_buf_addz(&scratch, sp_str_find(value, '/') < value.len ? "=./" : "=");
	sp_redact_secret(r, &scratch, value);
	add_scratch(r, &scratch);
}

static void
add_string(struct sp_redactor *r, enum inside inside, struct sp_str key, struct sp_str s)
{
	switch (inside) {
	case PLAIN:
	case VERBATIM:
	case LOG_CONFIG:
	case DRIVER_CONFIG:
	case CLUSTER_VOLUME:
	case EXTERNAL_CA:
		sp_redact_string(r->out, s);
		return;
	case ADDRESS:
		add_address(r, s);
		return;
	case SETTING:
		add_setting(r, s);
		return;
	case ENVIRONMENT:
		add_variable(r, s);
		return;
	case SECRET:
		add_secret(r, s);
		return;
	case DRIVER_OPTIONS:
		add_driver_option(r, key, s);
		return;
	}
}

/* What the value of `key`, a string, array or object, is inside something that is `inside`. */
static enum inside
value_of(const struct sp_json_tok *value, enum inside inside, struct sp_str key)
{
	unsigned char c = key.len ? (unsigned char)key.p[0] : 0;

	if (inside == SECRET || inside == DRIVER_OPTIONS)
		return inside;
	if (inside == VERBATIM && value->type == SP_JSON_STRING)
		return VERBATIM;
	if (c < 0x80 && !(tables[value->type].letters & LETTER(c))) /* what is not ASCII may fold */
		return PLAIN;
	for (const struct rule *rule = tables[value->type].rules; rule->name; rule++)
		if ((rule->where == PLAIN || rule->where == inside) &&
		    sp_json_fold_eq(key, rule->name))
			return rule->what;
	return PLAIN;
}

/*
 * A struct field that is as good as absent.  The first letter of its name (one table for all: no
 * look-up of the field) keeps what is not:
 * - "" for a list of strings is [""] to Go: Cmd, Entrypoint, Shell, CapAdd, CapDrop;
 * - [] resets Cmd and Entrypoint, and unmasks MaskedPaths and ReadonlyPaths;
 * - {} as HostConfig differs from none on 20.10; EnableIPv4 is true when absent;
 * - 0 in an update takes a limit away, so numbers stay but in container.create.
 */
static inline bool
says_nothing(const struct sp_redactor *r, const struct sp_json_tok *value, unsigned char first)
{
	unsigned char c = first | 0x20;

	if (value->type <= SP_JSON_FALSE)
		return value->type != SP_JSON_FALSE || c != 'e';
	if (value->type == SP_JSON_INT)
		return value->len == 1 && r->is_create && r->doc->text[value->off] == '0';
	if (value->type < SP_JSON_STRING || value->len > 0 || c == 'c' || c == 'e' || c >= 0x80)
		return false;
	if (value->type == SP_JSON_STRING)
		return c != 's';
	return r->is_create && c != (value->type == SP_JSON_OBJECT ? 'h' : 'm') && c != 'r';
}

/* `{"key":` or `,"key":` */
static void
add_key(struct sp_buf *out, char before, struct sp_str key)
{
	char *to = out->p + out->len;

	if (out->size - out->len < key.len + 4 || !copy_plain(to + 2, key.p, key.len)) {
		sp_buf_addc(out, before);
		sp_buf_add_json(out, key);
		sp_buf_addc(out, ':');
		return;
	}
	to[0] = before;
	to[1] = '"';
	to[key.len + 2] = '"';
	to[key.len + 3] = ':';
	out->len += key.len + 4;
}

static void add_value(struct sp_redactor *r, uint32_t at, enum inside inside, struct sp_str key);

static void
add_object(struct sp_redactor *r, uint32_t at, enum inside inside)
{
	const struct sp_json_tok *tok = r->doc->tok;
	const char *text = r->doc->text;
	uint32_t end = tok[at].next;
	bool is_struct = tok[at].off != 0;
	char before = '{';

	for (uint32_t k = at + 1; k < end; k = tok[k + 1].next) {
		struct sp_str key = {text + tok[k].off, tok[k].len};

		if (is_struct && says_nothing(r, &tok[k + 1], (unsigned char)text[tok[k].off]))
			continue;
		add_key(r->out, before, key);
		before = ',';
		add_value(r, k + 1,
		          tok[k + 1].type < SP_JSON_STRING ? PLAIN
		                                           : value_of(&tok[k + 1], inside, key),
		          key);
	}
	sp_buf_add(r->out, before == '{' ? SP_STR("{}") : SP_STR("}"));
}

static void
add_array(struct sp_redactor *r, uint32_t at, enum inside inside, struct sp_str key)
{
	const struct sp_json_tok *tok = r->doc->tok;

	sp_buf_addc(r->out, '[');
	for (uint32_t e = at + 1; e < tok[at].next; e = tok[e].next) {
		if (e != at + 1)
			sp_buf_addc(r->out, ',');
		add_value(r, e, inside, key);
	}
	sp_buf_addc(r->out, ']');
}

/* Recursion is bounded by the depth that sp_json_parse accepts. */
static void
add_value(struct sp_redactor *r, uint32_t at, enum inside inside, struct sp_str key)
{
	switch (sp_json_type(r->doc, at)) {
	case SP_JSON_NONE:
	case SP_JSON_NULL:
		sp_buf_add(r->out, SP_STR("null"));
		return;
	case SP_JSON_FALSE:
		sp_buf_add(r->out, SP_STR("false"));
		return;
	case SP_JSON_TRUE:
		sp_buf_add(r->out, SP_STR("true"));
		return;
	case SP_JSON_INT:
	case SP_JSON_NUMBER:
		sp_buf_add(r->out, sp_json_str(r->doc, at));
		return;
	case SP_JSON_STRING:
		add_string(r, inside, key, sp_json_str(r->doc, at));
		return;
	case SP_JSON_ARRAY:
		add_array(r, at, inside, key);
		return;
	case SP_JSON_OBJECT:
		add_object(r, at, inside);
		return;
	}
}

void
sp_redact_body(struct sp_redactor *r, const struct sp_request *req)
{
	r->doc = &req->json;
	r->is_create = req->action == SP_ACT_CONTAINER_CREATE;
	add_value(r, SP_JSON_DOC, req->action == SP_ACT_PLUGIN_SET ? SETTING : PLAIN, SP_STR(""));
}
