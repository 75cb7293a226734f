/* SPDX-License-Identifier: Apache-2.0 */
/* Memory with a cap: what is handed out is usable, zeroed where promised, and never beyond the cap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sallyport/base.h"

static void
hands_out_zeroed_aligned_memory(void **state)
{
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, 1 << 20);
	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 300; size++) {
			char *p = sp_arena_alloc(&arena, size);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % 16, 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0x5a, size); /* the next round must not see this */
		}
		sp_arena_reset(&arena);
		assert_int_equal(arena.used_bytes, 0);
	}
	sp_arena_fini(&arena);
}

static void
blocks_do_not_overlap(void **state)
{
	enum { N = 2000 };
	static unsigned char *blocks[N];
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, 64 << 20);
	for (int i = 0; i < N; i++) {
		size_t size = (size_t)(i * 37 % 4000) + (i % 100 == 0 ? 300000 : 0);

		blocks[i] = sp_arena_alloc(&arena, size + 1);
		assert_non_null(blocks[i]);
		memset(blocks[i], i & 0xff, size + 1);
	}
	for (int i = 0; i < N; i++) {
		size_t size = (size_t)(i * 37 % 4000) + (i % 100 == 0 ? 300000 : 0);

		for (size_t j = 0; j <= size; j++)
			if (blocks[i][j] != (i & 0xff))
				fail_msg("block %d was overwritten at %zu", i, j);
	}
	sp_arena_fini(&arena);
}

static void
size_zero_is_a_pointer_of_its_own(void **state)
{
	struct sp_arena arena;
	char *a, *b;

	(void)state;
	sp_arena_init(&arena, 1024);
	a = sp_arena_alloc(&arena, 0);
	b = sp_arena_alloc(&arena, 0);
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	sp_arena_fini(&arena);
}

static void
cap_is_a_hard_limit(void **state)
{
	struct sp_arena arena;
	size_t n = 0;

	(void)state;
	sp_arena_init(&arena, 100000);
	while (sp_arena_alloc(&arena, 1000))
		n++;
	assert_int_equal(n, 99); /* 1000 bytes take 1008 */
	assert_true(arena.full);
	assert_true(arena.used_bytes <= 100000);
	sp_arena_reset(&arena);
	assert_false(arena.full);
	assert_non_null(sp_arena_alloc(&arena, 99999));
	assert_null(sp_arena_alloc(&arena, 1));
	assert_true(arena.full);
	sp_arena_reset(&arena);
	assert_null(sp_arena_alloc(&arena, 100001));
	assert_non_null(sp_arena_alloc(&arena, 10)); /* what fits still fits, but the flag stays */
	assert_true(arena.full);
	sp_arena_fini(&arena);
}

static void
sums_that_overflow_are_refused(void **state)
{
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, SIZE_MAX);
	assert_null(sp_arena_array(&arena, SIZE_MAX / 2, 3));
	assert_true(arena.full);
	sp_arena_reset(&arena);
	assert_null(sp_arena_alloc(&arena, SIZE_MAX));
	assert_null(sp_arena_alloc(&arena, SIZE_MAX - 15));
	assert_null(sp_arena_dup(&arena, (struct sp_str){"x", SIZE_MAX}).p);
	assert_null(sp_arena_grow(&arena, sp_arena_bytes(&arena, 8), 8, SIZE_MAX));
	assert_true(arena.full);
	sp_arena_reset(&arena);
	assert_non_null(sp_arena_array(&arena, 10, 10));
	assert_non_null(sp_arena_array(&arena, 0, 10));
	assert_false(arena.full);
	sp_arena_fini(&arena);
}

static void
zeroed_arena_refuses(void **state)
{
	struct sp_arena arena = {0};

	(void)state;
	assert_null(sp_arena_alloc(&arena, 1));
	assert_true(arena.full);
	sp_arena_reset(&arena);
	sp_arena_fini(&arena);
}

static void
steady_state_reuses_the_same_memory(void **state)
{
	struct sp_arena arena;
	struct sp_arena_chunk *kept;
	char *first;

	(void)state;
	sp_arena_init(&arena, 64 << 20);
	sp_arena_alloc(&arena, 1000);
	sp_arena_alloc(&arena, 10 << 20); /* must not stay */
	for (int i = 0; i < 100; i++)
		sp_arena_alloc(&arena, 2000);
	sp_arena_reset(&arena);
	kept = arena.chunk;
	assert_non_null(kept);
	first = sp_arena_bytes(&arena, 100);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 50; i++)
			sp_arena_alloc(&arena, 2000);
		assert_ptr_equal(arena.chunk, kept);
		sp_arena_reset(&arena);
		assert_ptr_equal(sp_arena_bytes(&arena, 100), first);
	}
	sp_arena_fini(&arena);
	assert_null(arena.chunk);
}

static void
grow_keeps_the_bytes(void **state)
{
	struct sp_arena arena;
	char *p, *q;

	(void)state;
	sp_arena_init(&arena, 1 << 20);
	p = sp_arena_grow(&arena, NULL, 0, 10);
	assert_non_null(p);
	memcpy(p, "0123456789", 10);
	q = sp_arena_grow(&arena, p, 10, 1000); /* the newest: in place */
	assert_ptr_equal(q, p);
	memset(q + 10, 'x', 990);
	assert_non_null(sp_arena_bytes(&arena, 1));
	q = sp_arena_grow(&arena, p, 1000, 1010);
	assert_ptr_not_equal(q, p);
	assert_memory_equal(q, "0123456789xxx", 13);
	assert_ptr_equal(sp_arena_grow(&arena, q, 1010, 5), q);
	assert_ptr_equal(sp_arena_grow(&arena, q, 1010, 1010), q);
	for (size_t size = 1010; size < 500000; size *= 2) {
		q = sp_arena_grow(&arena, q, size, size * 2);
		assert_non_null(q);
		memset(q + size, 'y', size);
		assert_memory_equal(q, "0123456789xxx", 13);
	}
	sp_arena_reset(&arena);
	p = sp_arena_bytes(&arena, 1000);
	p[0] = 'k';
	assert_null(sp_arena_grow(&arena, p, 1000, 2 << 20));
	assert_int_equal(p[0], 'k');
	assert_true(arena.full);
	sp_arena_fini(&arena);
}

static void
grow_in_place_respects_the_cap(void **state)
{
	struct sp_arena arena;
	char *p;

	(void)state;
	sp_arena_init(&arena, 4096);
	p = sp_arena_bytes(&arena, 100);
	for (size_t size = 100; p; size++) {
		char *q = sp_arena_grow(&arena, p, size, size + 1);

		assert_true(arena.used_bytes <= 4096);
		if (q)
			q[size] = 'x';
		p = q;
	}
	assert_true(arena.full);
	assert_true(arena.used_bytes > 4000); /* in place: nothing was wasted on copies */
	sp_arena_fini(&arena);
}

static void
dup_and_printf(void **state)
{
	struct sp_arena arena;
	struct sp_str s;
	const char *z;

	(void)state;
	sp_arena_init(&arena, 4096);
	s = sp_arena_dup(&arena, (struct sp_str){"a\0b", 3});
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	s = sp_arena_dup(&arena, (struct sp_str){NULL, 0});
	assert_non_null(s.p);
	assert_int_equal(s.p[0], 0);
	z = sp_arena_printf(&arena, "%s-%d", "x", 7);
	assert_string_equal(z, "x-7");
	assert_string_equal(sp_arena_printf(&arena, "%5000d", 1), "");
	assert_true(arena.full);
	sp_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hands_out_zeroed_aligned_memory),
	    cmocka_unit_test(blocks_do_not_overlap),
	    cmocka_unit_test(size_zero_is_a_pointer_of_its_own),
	    cmocka_unit_test(cap_is_a_hard_limit),
	    cmocka_unit_test(sums_that_overflow_are_refused),
	    cmocka_unit_test(zeroed_arena_refuses),
	    cmocka_unit_test(steady_state_reuses_the_same_memory),
	    cmocka_unit_test(grow_keeps_the_bytes),
	    cmocka_unit_test(grow_in_place_respects_the_cap),
	    cmocka_unit_test(dup_and_printf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
