/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_assets.c: the files of contrib/html as bytes of this program.  The assembler reads them
 * (from the top of the tree, where make runs), so they stay files an editor understands.
 */
#include "cli/html.h"

/* clang-format off */
#define EMBED(name, file)                                                                          \
	__asm__(".pushsection .rodata\n"                                                           \
	        ".globl " #name "_start\n" #name "_start:\n"                                       \
	        ".incbin \"contrib/html/" file "\"\n"                                              \
	        ".globl " #name "_end\n" #name "_end:\n"                                           \
	        ".byte 0\n"                                                                        \
	        ".popsection\n");                                                                  \
	extern const char name##_start[], name##_end[];                                            \
	struct sp_str name(void)                                                                   \
	{                                                                                          \
		return (struct sp_str){name##_start, (size_t)(name##_end - name##_start)};         \
	}                                                                                          \
	struct sp_str name(void)
/* clang-format on */

EMBED(sp_html_css, "replay.css");
EMBED(sp_html_js, "replay.js");
EMBED(sp_html_main, "replay.html");
