/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions nobody in plugin/ may call, forced in front of every file by the Makefile.  The system
 * headers come first, so that only our own mentions are caught.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#undef sprintf /* macros where the C library checks them (clang) */
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets atoi atol
#pragma GCC poison mktemp tmpnam localtime gmtime ctime asctime system popen
#ifndef SP_ALLOCATES /* base/arena.c, and the one place that hands jansson its allocator */
#pragma GCC poison malloc calloc realloc strdup strndup
#endif
