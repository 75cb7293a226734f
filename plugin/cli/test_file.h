/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_file.h: a policy test as it was written (POLICY.md 2.1): what is given, and the cases.  Read
 * from *_test.yaml by one table of keys, with the strictness of policies.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_TEST_FILE_H
#define SALLYPORT_CLI_TEST_FILE_H

#include "sallyport/diag.h"
#include "sallyport/facts.h"

enum sp_expect { SP_EXPECT_NONE = 0, SP_EXPECT_ALLOW, SP_EXPECT_DENY, SP_EXPECT_AUDIT };

/* "allow", "deny", "audit"; "" for none. */
const char *sp_expect_name(enum sp_expect expect);

enum sp_ask { SP_ASK_DOCKER = 0, SP_ASK_API, SP_ASK_RECORD };

/* One request, or one line that may become several. */
struct sp_test_step {
	enum sp_ask kind;
	struct sp_str text;      /* the line; "METHOD URI"; FILE#N */
	struct sp_str body;      /* JSON */
	struct sp_str body_file; /* where it is instead; relative to the test file */
	struct sp_test_step *next;
};

struct sp_test_case {
	struct sp_str name, user;
	struct sp_pos pos;
	int64_t now;
	struct sp_test_step *steps;
	enum sp_expect expect, flips;
	struct sp_str rule, key, message; /* empty: not asked for */
	struct sp_test_case *next;
};

/* --- given --- */

struct sp_test_image {
	struct sp_str name; /* as written */
	struct sp_image image;
	bool has_user;
	struct sp_str user;
	struct sp_str id, digest;
	bool has_created;
	int64_t created;
	struct sp_test_image *next;
};

struct sp_test_label {
	struct sp_str key, value;
	struct sp_test_label *next;
};

struct sp_test_object {
	const char *kind; /* "container", "volume", "network", "service" */
	struct sp_str name, id;
	struct sp_test_label *labels;
	struct sp_test_object *next;
};

struct sp_test_link {
	struct sp_str path, target;
	struct sp_test_link *next;
};

struct sp_test_given {
	struct sp_test_image *images;
	struct sp_test_object *objects;
	struct sp_test_link *links;
};

struct sp_test_file {
	const char *path;
	struct sp_str folder;         /* of the file, "" or with a slash at the end */
	struct sp_str policy, shadow; /* paths, complete; shadow may be empty */
	bool has_now;
	int64_t now;
	struct sp_test_given given;
	struct sp_test_case *cases;
	size_t n_cases;
};

/*
 * Reads file `path`.  0, or -1 with at least one error in *diags.  Everything lives in
 * diags->arena.
 */
int sp_test_file_load(const char *path, struct sp_test_file *file, struct sp_diags *diags);

/* --- the table of keys --- */

#define SP_TEST_IN_FILE (1u << 0)
#define SP_TEST_IN_GIVEN (1u << 1)
#define SP_TEST_IN_IMAGE (1u << 2)
#define SP_TEST_IN_CONTAINER (1u << 3)
#define SP_TEST_IN_OBJECTS (1u << 4)
#define SP_TEST_IN_CASE (1u << 5)
#define SP_TEST_IN_STEP (1u << 6)

enum sp_test_type {
	SP_TEST_TEXT = 0,
	SP_TEST_DATE,
	SP_TEST_WORD, /* allow, deny, audit */
	SP_TEST_MAP,
	SP_TEST_LIST,
	SP_TEST_BODY, /* JSON as text, or a map */
	SP_TEST_ANY,  /* taken, and of no effect yet */
};

struct sp_test_key {
	const char *name;
	uint32_t where;
	enum sp_test_type type;
	const char *example;
	const char *doc; /* one sentence */
};

/* borrowed, static. */
const struct sp_test_key *sp_test_keys(size_t *n);
/* test_schema.c: `sallyport schema --test`: a JSON Schema of policy tests, draft-07. */
void sp_test_schema(struct sp_buf *out);
/* The table for people, or as sections of sallyport-test(5). */
void sp_test_keys_print(struct sp_buf *out, bool man);

#endif
