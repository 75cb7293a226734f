/* SPDX-License-Identifier: Apache-2.0 */
/*
 * go_types.h: a small set of Go types with every kind of field in it, for the tests and the fuzz
 * target of the json layer; tests/oracle/gojson/record.go has the same ones in Go.
 */
#ifndef SALLYPORT_TEST_GO_TYPES_H
#define SALLYPORT_TEST_GO_TYPES_H

#include "sallyport/gojson.h"

enum { POINT_X, POINT_Y, POINT_N };
enum {
	THING_NAME,
	THING_ON,
	THING_SIZE,
	THING_PORT,
	THING_BYTE,
	THING_DATA,
	THING_CMD,
	THING_BINDS,
	THING_LABELS,
	THING_POINT,
	THING_POINTS,
	THING_BY_NAME,
	THING_ANY,
	THING_SIZES,
	THING_KIOSK,
	THING_ALIAS,
	THING_N
};

static const struct sp_go_type test_bool = {.kind = SP_GO_BOOL};
static const struct sp_go_type test_string = {.kind = SP_GO_STRING};
static const struct sp_go_type test_int = {.kind = SP_GO_INT, .bits = 64};
static const struct sp_go_type test_int8 = {.kind = SP_GO_INT, .bits = 8};
static const struct sp_go_type test_uint16 = {.kind = SP_GO_UINT, .bits = 16};
static const struct sp_go_type test_bytes = {.kind = SP_GO_BYTES};
static const struct sp_go_type test_any = {.kind = SP_GO_ANY};
static const struct sp_go_type test_strlist = {.kind = SP_GO_STRLIST};
static const struct sp_go_type test_strings = {.kind = SP_GO_LIST, .elem = &test_string};
static const struct sp_go_type test_ints = {.kind = SP_GO_LIST, .elem = &test_int};
static const struct sp_go_type test_labels = {.kind = SP_GO_MAP, .elem = &test_string};
static const struct sp_go_field test_point_fields[] = {
    [POINT_X] = {"X", &test_int, SP_FIELD_PLAIN, NULL},
    [POINT_Y] = {"Y", &test_int, SP_FIELD_PLAIN, NULL},
};
static const struct sp_go_type test_point = {
    .kind = SP_GO_STRUCT, .fields = test_point_fields, .n_fields = POINT_N};
static const struct sp_go_type test_points = {.kind = SP_GO_LIST, .elem = &test_point};
static const struct sp_go_type test_by_name = {.kind = SP_GO_MAP, .elem = &test_point};
static const struct sp_go_field test_thing_fields[] = {
    [THING_NAME] = {"Name", &test_string, SP_FIELD_PLAIN, NULL},
    [THING_ON] = {"On", &test_bool, SP_FIELD_PLAIN, NULL},
    [THING_SIZE] = {"Size", &test_int, SP_FIELD_PLAIN, NULL},
    [THING_PORT] = {"Port", &test_uint16, SP_FIELD_PLAIN, NULL},
    [THING_BYTE] = {"Byte", &test_int8, SP_FIELD_PLAIN, NULL},
    [THING_DATA] = {"Data", &test_bytes, SP_FIELD_PLAIN, NULL},
    [THING_CMD] = {"Cmd", &test_strlist, SP_FIELD_PLAIN, NULL},
    [THING_BINDS] = {"Binds", &test_strings, SP_FIELD_PLAIN, NULL},
    [THING_LABELS] = {"Labels", &test_labels, SP_FIELD_PLAIN, NULL},
    [THING_POINT] = {"Point", &test_point, SP_FIELD_PLAIN, NULL},
    [THING_POINTS] = {"Points", &test_points, SP_FIELD_PLAIN, NULL},
    [THING_BY_NAME] = {"ByName", &test_by_name, SP_FIELD_PLAIN, NULL},
    [THING_ANY] = {"Any", &test_any, SP_FIELD_PLAIN, NULL},
    [THING_SIZES] = {"Sizes", &test_ints, SP_FIELD_PLAIN, NULL},
    [THING_KIOSK] = {"Kiosk", &test_string, SP_FIELD_PLAIN, NULL},
    [THING_ALIAS] = {"Alias", &test_bool, SP_FIELD_REFUSED, "this place is not read by all"},
};
static const struct sp_go_type test_thing = {
    .kind = SP_GO_STRUCT, .fields = test_thing_fields, .n_fields = THING_N};

#endif
