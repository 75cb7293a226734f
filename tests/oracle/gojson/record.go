// SPDX-License-Identifier: Apache-2.0

// record.go writes what Go's encoding/json makes of texts of all kinds, as JSON lines, for
// tests/unit/json/test_go.c.  Run with the Go a dockerd is built with:
//
//	go run record.go >goVERSION.jsonl
//
// The types are those of tests/unit/json/json_test.h.  Nothing here is run by make check.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"strings"
)

type strSlice []string // as moby's strslice.StrSlice: a list, or one string

func (s *strSlice) UnmarshalJSON(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	list := make([]string, 0, 1)
	if err := json.Unmarshal(b, &list); err != nil {
		var one string
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		list = append(list, one)
	}
	*s = list
	return nil
}

type point struct{ X, Y int64 }

type thing struct {
	Name   string
	On     bool
	Size   int64
	Port   uint16
	Byte   int8
	Data   []byte
	Cmd    strSlice
	Binds  []string
	Labels map[string]string
	Point  *point
	Points []point
	ByName map[string]point
	Any    json.RawMessage
	Sizes  []int64
	Kiosk  string
}

// result is what the test compares: Data in hex, Any left out.
type result struct {
	thing
	Data string
	Any  *struct{} `json:",omitempty"`
}

type line struct {
	In  []byte  `json:"in"`
	Out *result `json:"out"` // null: Go refuses the text
}

func record(w *bufio.Writer, text string) {
	var t thing
	l := line{In: []byte(text)}
	if err := json.Unmarshal([]byte(text), &t); err == nil {
		l.Out = &result{thing: t, Data: hex.EncodeToString(t.Data)}
	}
	b, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	w.Write(b)
	w.WriteByte('\n')
}

var handmade = []string{
	// rows 1 and 2: folding
	`{"kiosk":"a"}`, `{"KIOSK":"a"}`, `{"\u212aiosk":"a"}`, "{\"Kio\u017fk\":\"a\"}", `{"Ki_osk":"a"}`,
	`{"Ki-osk":"a"}`, `{"Kiosk ":"a"}`, "{\"K\u0131osk\":\"a\"}", "{\"Kio\ua731k\":\"a\"}", `{"":"a"}`,
	`{"K\u0069osk":"a"}`, "{\"\uff2biosk\":\"a\"}", `{"Kios\u0000k":"a"}`, `{"Kiosk\u0000":"a"}`,
	// rows 3 to 10: duplicates
	`{"On":false,"on":true}`, `{"on":true,"On":false}`, `{"On":true,"On":null}`, `{"Name":"a","name":null}`,
	`{"Point":{"X":1},"Point":{"Y":2}}`, `{"Point":{"X":1},"Point":null,"Point":{"Y":2}}`,
	`{"Labels":{"a":"1"},"Labels":{"b":"2"}}`, `{"Labels":{"a":"1","a":"2"}}`, `{"Labels":{"a":"1","A":"2"}}`,
	`{"Points":[{"X":1}],"Points":[{"Y":2}]}`, `{"Points":[{"X":1},{"X":2}],"Points":[],"Points":[{"Y":1},{"Y":2}]}`,
	`{"Cmd":["a"],"Cmd":"b"}`, `{"new":1,"new":2}`, `{"ByName":{"p":{"X":1},"p":{"Y":2}}}`,
	// rows 11 and 12: null
	`{"Name":null,"On":null,"Size":null,"Point":null,"Points":null,"Labels":null,"Cmd":null}`,
	`{"Binds":[null]}`, `{"Points":[null]}`, `{"Sizes":[null]}`, `{"Labels":{"a":null}}`, `{"ByName":{"a":null}}`,
	`{"Cmd":[null]}`, `{"Any":null}`, `{"Any":[null]}`,
	// rows 13 to 16: types and numbers
	`{"Name":1}`, `{"On":"true"}`, `{"On":1}`, `{"Size":"1"}`, `{"Size":1.0}`, `{"Size":1e3}`, `{"Size":-0}`,
	`{"Size":-0.0}`, `{"Size":9223372036854775807}`, `{"Size":9223372036854775808}`,
	`{"Size":-9223372036854775808}`, `{"Size":-9223372036854775809}`, `{"Port":65535}`, `{"Port":65536}`,
	`{"Port":-1}`, `{"Port":-0}`, `{"Byte":127}`, `{"Byte":128}`, `{"Byte":-128}`, `{"Byte":-129}`, `{"Byte":-0}`,
	`{"new":1e999999}`, `{"Any":1e999999}`, `{"new":12345678901234567890123456}`, `{"Binds":"a"}`, `{"Binds":{}}`,
	`{"Cmd":"a b"}`, `{"Cmd":1}`, `{"Cmd":{}}`, `{"Cmd":[]}`, `{"Cmd":""}`, `{"Labels":[]}`, `{"Point":[]}`,
	`{"Points":{}}`, `{"Data":"YQ=="}`, `{"Data":"YR=="}`, `{"Data":"YQ"}`, `{"Data":"Y\nQ=\r\n="}`, `{"Data":"YQ= ="}`,
	`{"Data":"-_=="}`, `{"Data":[1,2]}`, `{"Data":""}`, `{"Data":"===="}`, `{"Data":"YWJjZA==\n"}`, `{"Data":"YQ==YQ=="}`,
	// rows 17 to 21: strings
	"{\"Name\":\"a\xff\"}", "{\"Name\":\"\xc0\xaf\"}", "{\"Name\":\"\xed\xa0\x80\"}", `{"Name":"\ud800"}`,
	`{"Name":"\ud800\u0041"}`, `{"Name":"\ud83d\ude00"}`, `{"Name":"a\u0000b"}`, "{\"Name\":\"a\nb\"}",
	"{\"Name\":\"\x7f\"}", `{"Name":"\x41"}`, `{"Name":"\'"}`, `{"Name":"\/\b\f\n\r\t\"\\"}`, "{\"Nam\xff\":\"\"}",
	// rows 22 to 28: the text as a whole
	strings.Repeat("[", 200) + strings.Repeat("]", 200), `{} {}`, `{}x`, "{}\x00", `{}}`, `{}]`, "\xef\xbb\xbf{}",
	"{}\f", `{"Size":01}`, `{"Size":+1}`, `{"Size":.5}`, `{"Size":1.}`, `{"Size":NaN}`, `{'Name':""}`, `{"Name":"",}`,
	" \t\r\n{} \t\r\n", `null`, `{}`, `[]`, `""`, `1`, `true`, ``, ` `, `{"Name":"a"`, `{"Name"}`, `{"Name":}`,
	`{"Late":{"a":[1,{"b":null}]},"Name":"x","Size":"bad at the end"}`,
}

var keys = []string{"Name", "name", "NAME", "On", "oN", "Size", "size", "Port", "Byte", "Data", "Cmd", "cmd", "Binds",
	"bind\u017f", "Labels", "labels", "Point", "point", "Points", "point\u017f", "ByName", "byname", "Any", "Sizes",
	"Kiosk", "kiosk", "\u212aiosk", "Kio\u017fk", "New", "new", "K\u0131osk", "Name ", "", "na\\u006de", "N\\u0041me"}

var scalars = []string{"null", "true", "false", "0", "-0", "1", "-1", "127", "128", "-129", "65535", "65536", "1.0", "1e2",
	"0.0", "9223372036854775807", "9223372036854775808", "99999999999999999999", `""`, `"a"`, `"YQ=="`, `"YQ"`,
	`"\u0041\n"`, `"\ud83d\ude00"`, "\"\u017f\"", `"\ud800"`, `"\u0000"`, "\"\xff\"", "[]", "{}", "[null]", `["a"]`,
	`["a","b"]`, "[1,2]", "[1.5]", `[["a"]]`, `{"a":"b"}`, `{"b":"1","a":"2"}`, `{"a":null}`, `{"a":1}`, `{"a":{}}`}

func pick(r *rand.Rand, s []string) string { return s[r.Intn(len(s))] }

func points(r *rand.Rand) string {
	s := "{"
	for i := r.Intn(4); i > 0; i-- {
		s += fmt.Sprintf(`"%s":%s`, pick(r, []string{"X", "Y", "x", "Z"}), pick(r, []string{"0", "1", "-5", "null", "2", "7"}))
		if i > 1 {
			s += ","
		}
	}
	return s + "}"
}

// value is mostly one of the type the key asks for.
func value(r *rand.Rand, key string) string {
	if r.Intn(6) == 0 {
		return pick(r, scalars)
	}
	switch strings.NewReplacer("\u017f", "s", "\u212a", "k").Replace(strings.ToLower(key)) {
	case "name", "kiosk":
		return pick(r, []string{`""`, `"a"`, `"\u00e9"`, `"x\ty"`})
	case "on":
		return pick(r, []string{"true", "false"})
	case "size", "port", "byte":
		return pick(r, []string{"0", "1", "-0", "12", "127"})
	case "data":
		return pick(r, []string{`""`, `"YWJj"`, `"YQ=="`, `"YW\nJj"`})
	case "cmd", "binds":
		return pick(r, []string{"[]", `["a"]`, `["a","b c"]`})
	case "labels":
		return pick(r, []string{"{}", `{"a":"b"}`, `{"b":"1","a":"2"}`, `{"a":null,"A":"x"}`})
	case "point":
		return points(r)
	case "points":
		return "[" + points(r) + "," + points(r) + "]"
	case "byname":
		return `{"p":` + points(r) + `,"P":` + points(r) + "}"
	case "sizes":
		return pick(r, []string{"[]", "[1,-2,3]"})
	}
	return pick(r, scalars)
}

func random(r *rand.Rand) string {
	spaces := []string{"", "", "", " ", "\n\t"}
	s := pick(r, spaces) + "{"
	n := r.Intn(6)
	for i := 0; i < n; i++ {
		key := pick(r, keys)
		if i > 0 {
			s += ","
		}
		s += pick(r, spaces) + `"` + key + `"` + pick(r, spaces) + ":" + pick(r, spaces) + value(r, key)
	}
	s += "}" + pick(r, spaces)
	if r.Intn(20) == 0 && len(s) > 2 { // broken somewhere
		at := r.Intn(len(s))
		s = s[:at] + pick(r, []string{"", `"`, `\`, "}", "[", ",", "0", "\x01", "\xff"}) + s[at+1:]
	}
	return s
}

func main() {
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, "{\"go\":\"%s\"}\n", runtime.Version())
	for _, text := range handmade {
		record(w, text)
	}
	r := rand.New(rand.NewSource(1))
	for i := 0; i < 1500; i++ {
		record(w, random(r))
	}
	w.Flush()
}
