/* SPDX-License-Identifier: Apache-2.0 */
/* fake_filter.c: the parameter `filters` of lists, in both spellings clients use. */
#include "cli/fake_parts.h"

/* {"label": {"a=b": true}}, the older {"label": ["a=b"]}: both become the latter. */
json_t *
sp_fake_filters(struct sp_fake_call *c)
{
	struct sp_str text = sp_query_get(&c->req->query, "filters");
	json_t *given = json_loadb(text.len ? text.p : "", text.len, 0, NULL), *out = json_object();
	const char *name, *word;
	json_t *words, *on;

	json_object_foreach(given, name, words)
	{
		json_t *list = json_is_array(words) ? json_incref(words) : json_array();

		json_object_foreach(words, word, on) json_array_append_new(list, json_string(word));
		json_object_set_new(out, name, list);
	}
	json_decref(given);
	return out;
}

static bool
meets(struct sp_str word, struct sp_str value, enum sp_fake_match how)
{
	switch (how) {
	case SP_FAKE_IS:
		return sp_str_eq(word, value);
	case SP_FAKE_HAS:
		return sp_str_has_nocase(value, word);
	case SP_FAKE_STARTS:
		return sp_str_starts(value, word);
	}
	return false;
}

bool
sp_fake_filter(const json_t *filters, const char *name, const char *value, enum sp_fake_match how)
{
	const json_t *words = json_object_get(filters, name), *word;
	size_t i;

	if (!json_is_array(words) || json_array_size(words) == 0)
		return true;
	json_array_foreach(words, i, word)
	{
		struct sp_str w = sp_strz(json_string_value(word));

		/* compose writes names as patterns: ^name$ */
		if (how == SP_FAKE_HAS && w.len > 1 && w.p[0] == '^' && w.p[w.len - 1] == '$') {
			w = sp_str_from(sp_str_head(w, w.len - 1), 1);
			if (w.len && w.p[0] == '/')
				w = sp_str_from(w, 1);
			if (meets(w, sp_strz(value), SP_FAKE_IS))
				return true;
		} else if (meets(w, sp_strz(value), how)) {
			return true;
		}
	}
	return false;
}

bool
sp_fake_filter_labels(const json_t *filters, const json_t *labels)
{
	const json_t *words = json_object_get(filters, "label"), *word;
	size_t i;

	json_array_foreach(words, i, word)
	{
		struct sp_str w = sp_strz(json_string_value(word)), key, value, has;
		const char *name;
		json_t *label;
		bool found = false, wants_value = sp_str_cut(w, '=', &key, &value);

		json_object_foreach((json_t *)(uintptr_t)labels, name, label)
		{
			has = sp_strz(json_string_value(label));
			found |= sp_str_is(key, name) && (!wants_value || sp_str_eq(value, has));
		}
		if (!found)
			return false;
	}
	return true;
}
