/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base.h: the values everything else is made of: strings with a length, arenas with a hard cap,
 * bounded text building, numbers as people write them, paths as Go cleans them, files.
 * Layer: base.  Knows nothing of JSON, YAML, sockets or Docker.
 */
#ifndef SALLYPORT_BASE_H
#define SALLYPORT_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What a question can be answered with while deciding.  UNKNOWN never means NO. */
enum sp_tri { SP_NO = 0, SP_YES, SP_UNKNOWN };

/* --- strings: a pointer and a length, never assumed to end in NUL --- */

struct sp_str {
	const char *p;
	size_t len;
};

#define SP_STR(literal) ((struct sp_str){(literal), sizeof(literal) - 1})
/* For printf's "%.*s". */
#define SP_FMT(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), (s).p ? (s).p : ""

static inline struct sp_str
sp_strz(const char *z)
{
	return (struct sp_str){z, z ? strlen(z) : 0};
}

static inline bool
sp_str_eq(struct sp_str a, struct sp_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool
sp_str_is(struct sp_str a, const char *z)
{
	return sp_str_eq(a, sp_strz(z));
}

static inline bool
sp_str_starts(struct sp_str s, struct sp_str prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

static inline bool
sp_str_ends(struct sp_str s, struct sp_str suffix)
{
	return s.len >= suffix.len &&
	       (suffix.len == 0 || memcmp(s.p + s.len - suffix.len, suffix.p, suffix.len) == 0);
}

static inline struct sp_str
sp_str_from(struct sp_str s, size_t at) /* s[at:], empty when at is past the end */
{
	at = at < s.len ? at : s.len;
	return (struct sp_str){at ? s.p + at : s.p, s.len - at}; /* NULL + 0 is undefined */
}

static inline struct sp_str
sp_str_head(struct sp_str s, size_t n) /* s[:n] */
{
	return (struct sp_str){s.p, n < s.len ? n : s.len};
}

/* Bytewise order, shorter first among equals: for sorting. */
int sp_str_cmp(struct sp_str a, struct sp_str b);
/* ASCII case only. */
bool sp_str_eq_nocase(struct sp_str a, struct sp_str b);
/* First position of `c`, or s.len when it is not there. */
size_t sp_str_find(struct sp_str s, char c);
/* Is `needle` anywhere in `s`?  ASCII case is ignored. */
bool sp_str_has_nocase(struct sp_str s, struct sp_str needle);
/* Splits at the first `sep`; false (and *head = s, *tail empty) when there is none. */
bool sp_str_cut(struct sp_str s, char sep, struct sp_str *head, struct sp_str *tail);
/* A 64-bit hash for tables built from trusted or bounded input (FNV-1a with a final mix). */
uint64_t sp_str_hash(struct sp_str s);

/* --- arena: the request's and the policy's memory --- */

/*
 * Everything allocated lives until _reset or _fini.  When `cap_bytes` would be passed, or malloc
 * fails, allocation returns NULL and `full` stays set until _reset: a caller may check once at the
 * end of a stage, and a full arena is a refusal, never a crash.
 */
struct sp_arena {
	struct sp_arena_chunk *chunk; /* newest first */
	size_t used_bytes;            /* handed out since the last reset, all chunks */
	size_t cap_bytes;
	bool full;
};

void sp_arena_init(struct sp_arena *arena, size_t cap_bytes);
/* Forgets everything; keeps one chunk of ordinary size so that a steady state allocates nothing. */
void sp_arena_reset(struct sp_arena *arena);
void sp_arena_fini(struct sp_arena *arena);
/*
 * Once, before there are threads: what a large request needed goes back to the system after it,
 * instead of waiting for the next one.
 */
void sp_arena_return_memory(void);
/* new, zeroed, aligned for any type; NULL when full.  Size 0 gives a valid pointer. */
void *sp_arena_alloc(struct sp_arena *arena, size_t size);
/* new, aligned like the others, NOT zeroed: for what is overwritten at once. */
char *sp_arena_bytes(struct sp_arena *arena, size_t size);
/* new, zeroed array; NULL when full or when n * size overflows. */
void *sp_arena_array(struct sp_arena *arena, size_t n, size_t size);
/* new, with a NUL after the last byte (not counted); {NULL, 0} when full. */
struct sp_str sp_arena_dup(struct sp_arena *arena, struct sp_str s);
/*
 * realloc for bytes: `old` (from this arena, `old_size` as it was asked for; NULL: a new block)
 * grows in place when it is the newest block and there is room, else it is copied.  What is added
 * is NOT zeroed.  NULL when full; `old` then stays valid.
 */
char *sp_arena_grow(struct sp_arena *arena, char *old, size_t old_size, size_t new_size);
/* printf into the arena; "" (not NULL) when full. */
const char *sp_arena_printf(struct sp_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* --- bounded text --- */

/*
 * Grows in `arena` up to `max` bytes; what does not fit is dropped and `cut` is set.  Never fails
 * otherwise: the text is always usable.  A cut text is a prefix of the whole, ends with a whole
 * UTF-8 character, and nothing is added after the cut.
 */
struct sp_buf {
	char *p;
	size_t len;
	size_t size;
	size_t max;
	struct sp_arena *arena;
	bool cut;
};

void sp_buf_init(struct sp_buf *buf, struct sp_arena *arena, size_t max);
void sp_buf_add(struct sp_buf *buf, struct sp_str s);
void sp_buf_addz(struct sp_buf *buf, const char *z);
void sp_buf_addc(struct sp_buf *buf, char c);
void sp_buf_addu(struct sp_buf *buf, uint64_t n); /* decimal */
void sp_buf_addi(struct sp_buf *buf, int64_t n);  /* decimal */
void sp_buf_addf(struct sp_buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sp_buf_addv(struct sp_buf *buf, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));
/*
 * THE JSON and log escaping: adds `s` as a JSON string with its quotes.  Control bytes, DEL, quote
 * and backslash are escaped; bytes that are not valid UTF-8 become U+FFFD.  Output is valid JSON.
 */
void sp_buf_add_json(struct sp_buf *buf, struct sp_str s);
/*
 * For people's terminals: control characters (C0, DEL, C1, bidi and zero-width characters) and
 * invalid UTF-8 become '?'; longer than `max_chars` characters is cut with "..." (0: no cut).
 */
void sp_buf_add_shown(struct sp_buf *buf, struct sp_str s, size_t max_chars);
/* Standard base64 with padding, as Go's encoder writes it. */
void sp_buf_add_base64(struct sp_buf *buf, struct sp_str s);
/* borrowed until the arena is reset; a NUL follows the last byte. */
struct sp_str sp_buf_str(struct sp_buf *buf);

/* --- UTF-8 --- */

/* Length of the valid UTF-8 sequence at s[at] (1..4; sets *code), or 0: invalid, or the end. */
size_t sp_utf8_next(struct sp_str s, size_t at, uint32_t *code);
/* Position of the first byte that is not valid UTF-8, or s.len. */
size_t sp_utf8_bad(struct sp_str s);
/*
 * Characters that steer a terminal or hide text from a reader: C0 (also tab and newline), DEL, C1,
 * line and paragraph separators, bidi controls, zero-width and other invisible characters.
 */
bool sp_utf8_hidden(uint32_t code);

/* --- numbers as people write them (POLICY.md 1.7) --- */

enum sp_num_err {
	SP_NUM_OK = 0,
	SP_NUM_EMPTY,
	SP_NUM_SYNTAX,       /* not a number of this kind */
	SP_NUM_LEADING_ZERO, /* 0200: some readers take it as octal */
	SP_NUM_RANGE,        /* does not fit, or more decimals than the kind has */
};

/* Decimal digits only, no sign, no leading zero. */
enum sp_num_err sp_num_uint(struct sp_str s, int64_t *out);
/* 512m, 2g, 1.5g, 4096, 512MiB: powers of 1024, bytes without a unit. */
enum sp_num_err sp_num_size(struct sp_str s, int64_t *bytes);
/* 1.5: up to nine decimals. */
enum sp_num_err sp_num_cpus(struct sp_str s, int64_t *nano_cpus);
/* 30d: one whole number and one of s m h d w. */
enum sp_num_err sp_num_duration(struct sp_str s, int64_t *seconds);
/* 2026-12-31 or 2026-12-31T18:00:00Z, UTC; seconds since 1970. */
enum sp_num_err sp_num_date(struct sp_str s, int64_t *unix_seconds);

/* The shortest exact way back: "512m", "1.5g", "4097"; "1.5"; "30d"; "2026-12-31T18:00:00Z". */
void sp_buf_add_size(struct sp_buf *buf, int64_t bytes);
void sp_buf_add_cpus(struct sp_buf *buf, int64_t nano_cpus);
void sp_buf_add_duration(struct sp_buf *buf, int64_t seconds);
void sp_buf_add_date(struct sp_buf *buf, int64_t unix_seconds); /* always the long form */

/* --- paths: text only, never the disk --- */

/*
 * Go's path.Clean for absolute paths: "//", "." and ".." are resolved lexically, no slash at the
 * end ("/" stays).  The result may be `path` itself.  {NULL, 0} when it does not start with '/' or
 * the arena is full.
 */
struct sp_str sp_path_clean(struct sp_arena *arena, struct sp_str path);
/* Is `path` equal to `dir` or below it?  Both clean.  "/srv/blue2" is not inside "/srv/blue". */
bool sp_path_within(struct sp_str path, struct sp_str dir);

/* --- files --- */

/* Closes a descriptor at the end of a scope: `sp_auto_fd int fd = open(...)`. */
void sp_close_fd(int *fd);
#define sp_auto_fd __attribute__((cleanup(sp_close_fd)))

/*
 * Reads a whole regular file of at most `max_bytes` into the arena.  0, or an errno value; EFBIG
 * when it is longer, EINVAL when it is not a regular file.
 */
int sp_file_read(struct sp_arena *arena, const char *path, size_t max_bytes, struct sp_str *out);
/*
 * The rule for files a privileged process believes: a regular file that belongs to root or to us
 * and that nobody else may write, likewise its directory.  NULL, or what is wrong with it, in
 * words that follow the path ("is writable by group or others").
 */
const char *sp_file_untrusted(const char *path);
/* The same for a directory. */
const char *sp_folder_untrusted(const char *path);

#endif
