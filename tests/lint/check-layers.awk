# SPDX-License-Identifier: Apache-2.0
#
# awk -f check-layers.awk layers.txt FILE...: every #include and every restricted name of FILE...
# (plugin/LAYER/x.c, plugin/LAYER/x.h, plugin/main.c, include/sallyport/x.h) against the table.
# Comments and strings do not count.  Prints each offence as file:line and fails when there is one.

function fail(text) {
	print FILENAME ":" FNR ": " text
	bad++
}

# Which layer a file belongs to, "" when the table does not know it.
function layer_of(file,    part, n) {
	n = split(file, part, "/")
	if (file ~ /(^|\/)include\/sallyport\/[^\/]+$/ || file ~ /^sallyport\/[^\/]+$/)
		return owner[part[n]]
	if (part[n] == "main.c")
		return "cli"
	return part[n - 1] in rank ? part[n - 1] : ""
}

# Is this file in one of the places a restricted header or name is allowed in?
function allowed(places,    p, n, i, file) {
	n = split(places, p, " ")
	for (i = 1; i <= n; i++) {
		file = p[i]
		if (file == layer)
			return 1
		if (index(file, "/") && substr(FILENAME, length(FILENAME) - length(file)) == "/" file)
			return 1
	}
	return 0
}

function check_system(header,    h, dir) {
	dir = header
	if (sub(/\/.*/, "/", dir) && (dir in only) && !allowed(only[dir]))
		fail("<" header "> may be included only in: " only[dir])
	if ((header in only) && !allowed(only[header]))
		fail("<" header "> may be included only in: " only[header])
}

function check_own(header,    target) {
	if (header !~ /\//)	# a private header beside the file
		return
	target = layer_of(header)
	if (target == "")
		fail("\"" header "\" belongs to no layer of layers.txt")
	else if (rank[target] > rank[layer])
		fail("layer " layer " may not include \"" header "\" of layer " target)
}

FILENAME ~ /layers\.txt$/ {
	if ($1 == "order")
		for (i = 2; i <= NF; i++)
			rank[$i] = i
	else if ($1 == "own")
		for (i = 3; i <= NF; i++)
			owner[$i] = $2
	else if ($1 == "only" || $1 == "word") {
		places = ""
		for (i = 3; i <= NF; i++)
			places = places (i > 3 ? " " : "") $i
		if ($1 == "only")
			only[$2] = places
		else
			word[$2] = places
	}
	next
}

FNR == 1 {
	layer = layer_of(FILENAME)
	in_comment = 0
	files++
	if (layer == "")
		fail("belongs to no layer of layers.txt")
}

{
	line = $0
	if (match(line, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]*[>"]/)) {
		inc = substr(line, RSTART, RLENGTH)
		kind = inc ~ /</ ? "<" : "\""
		sub(/^[^<"]*[<"]/, "", inc)
		sub(/[>"]$/, "", inc)
		if (kind == "<")
			check_system(inc)
		else
			check_own(inc)
		next
	}
	gsub(/\\./, "", line)
	gsub(/"[^"]*"/, "\"\"", line)
	gsub(/'[^']*'/, "' '", line)
	if (in_comment) {
		if (!sub(/^.*\*\//, "", line))
			next
		in_comment = 0
	}
	gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", line)
	sub(/\/\/.*/, "", line)
	if (sub(/\/\*.*/, "", line))
		in_comment = 1
	while (match(line, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
		name = substr(line, RSTART, RLENGTH)
		before = RSTART > 1 ? substr(line, RSTART - 1, 1) : ""
		line = substr(line, RSTART + RLENGTH)
		sub(/[ \t]*\($/, "", name)
		if (before !~ /[.>]/ && (name in word) && !allowed(word[name]))
			fail("'" name "' may be called only in: " word[name])
	}
}

END {
	if (!files) {
		print "check-layers: no file to check"
		exit 1
	}
	print "layers: " files " files, " bad + 0 " offences"
	exit bad > 0
}
