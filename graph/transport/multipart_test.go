package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/graph/transport/request"
)

// part is one part of a multipart form.
type part struct{ name, filename, contentType, content string }

// file is a part with the name of a file.
func file(name, content string) part { return part{name, name + ".md", "text/markdown", content} }

// form writes a multipart body with the boundary x.
func form(parts ...part) string {
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(headOf(p) + p.content + "\r\n")
	}
	return text.String() + "--x--\r\n"
}

func headOf(p part) string {
	head := "--x\r\nContent-Disposition: form-data; name=\"" + p.name + "\""
	if p.filename != "" {
		head += "; filename=\"" + p.filename + "\""
	}
	if p.contentType != "" {
		head += "\r\nContent-Type: " + p.contentType
	}
	return head + "\r\n\r\n"
}

// upload writes a form with an operation, a map and files.
func upload(query, variables, places string, files ...part) string {
	operations, _ := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
	return form(append([]part{{name: "operations", content: string(operations)}, {name: "map", content: places}}, files...)...)
}

func formHeader(more ...string) http.Header {
	h := http.Header{"Content-Type": {"multipart/form-data; boundary=x"}, "Nexus-Preflight": {"1"}}
	for i := 0; i < len(more); i += 2 {
		h.Set(more[i], more[i+1])
	}
	return h
}

const (
	storeFile  = `mutation($file: Upload) { store(file: $file) }`
	storeFiles = `mutation($files: [Upload]) { store(files: $files) }`
	storeInput = `mutation($input: Attachment) { store(input: $input) }`
)

// stored tells what a resolver sees of its files.
func stored(value any) string {
	switch v := value.(type) {
	case graphql.Upload:
		content, err := io.ReadAll(v.File)
		return fmt.Sprintf("%s %s %d %s %v", v.Filename, v.ContentType, v.Size, content, err == nil)
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, stored(item))
		}
		return strings.Join(all, ", ")
	case []graphql.Upload:
		return stored(v[0])
	case map[string]any:
		return stored(v["file"]) + stored(v["also"])
	case nil:
		return ""
	}
	return fmt.Sprintf("%T", value)
}

// storing returns resolvers whose field store reads its files, and how often that
// was called.
func storing() (fields map[string]resolver, calls *atomic.Int32) {
	fields, calls = resolvers(), new(atomic.Int32)
	fields["store"] = func(_ context.Context, args map[string]any) (any, error) {
		calls.Add(1)
		return stored(args["file"]) + stored(args["files"]) + stored(args["input"]), nil
	}
	return fields, calls
}

func TestMultipartServesFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"one":            {upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", "# A")), "0.md text/markdown 3 # A true"},
		"a list":         {upload(storeFiles, `{"files": [null, null]}`, `{"a": ["variables.files.1"], "b": ["variables.files.0"]}`, file("a", "A"), file("b", "B")), "b.md text/markdown 1 B true, a.md text/markdown 1 A true"},
		"one for a list": {upload(storeFiles, `{"files": null}`, `{"0": ["variables.files"]}`, file("0", "A")), "0.md text/markdown 1 A true"},
		"in objects":     {upload(storeInput, `{"input": {"file": null, "also": [{"file": null}]}}`, `{"0": ["variables.input.file"], "1": ["variables.input.also.0.file"]}`, file("1", "B"), file("0", "A")), "0.md text/markdown 1 A true1.md text/markdown 1 B true"},
		"one twice":      {upload(storeFiles, `{"files": [null, null]}`, `{"0": ["variables.files.0", "variables.files.1"]}`, file("0", "AB")), "0.md text/markdown 2 AB true, 0.md text/markdown 2 AB true"},
		"empty":          {upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", "")), "0.md text/markdown 0  true"},
		"none":           {upload(storeFile, `{"file": null}`, `{}`), ""},
		"no media type":  {upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, part{"0", "a", "", "A"}), "a application/octet-stream 1 A true"},
		"a path as name": {upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, part{"0", "../../etc/passwd", "x/y; a=b", "A"}), "passwd x/y 1 A true"},
		"bytes":          {upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", "\r\n--y\r\n")), `0.md text/markdown 7 ` + "\r\n--y\r\n" + ` true`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, _ := json.Marshal(test.want)
			for _, h := range []http.Header{formHeader(), {"Content-Type": {`multipart/form-data; boundary="x"`}, "Apollo-Require-Preflight": {"true"}}} {
				fields, _ := storing()
				folder := t.TempDir()
				server := serveForms(t, transport.Options{Uploads: request.Uploads{Folder: folder}}, fields)
				response, body := exchange{header: h, body: test.body}.send(t, server)
				if response.StatusCode != http.StatusOK || body != `{"data":{"store":`+string(want)+`}}` {
					t.Errorf("%d %s, want %s", response.StatusCode, body, want)
				}
				nothingLeft(t, folder)
			}
		})
	}
}

// refusedForm is a form that no resolver may see.
type refusedForm struct {
	name, body string
	header     http.Header
	options    transport.Options
	status     int
	says       string
}

func refusedForms() []refusedForm {
	const declared, null = `{"file": null}`, `{"0": ["variables.file"]}`
	bad := func(name, says, body string) refusedForm {
		return refusedForm{name: name, body: body, status: 400, says: says}
	}
	one := func(name, says, variables, places string) refusedForm {
		return bad(name, says, upload(storeFile, variables, places, file("0", "A")))
	}
	many := `{"files": [null, null]}`
	lists := func(name, says, path string) refusedForm {
		return bad(name, says, upload(storeFiles, many, `{"0": ["`+path+`"]}`, file("0", "A")))
	}
	operations := part{name: "operations", content: `{"query": "mutation { store }"}`}
	return []refusedForm{
		one("path to nowhere", `The path \"variables.other\" of \"map\" leads to no value`, declared, `{"0": ["variables.other"]}`),
		one("path to no variable", "does not start with a variable", declared, `{"0": ["variables"]}`),
		one("empty path", "does not start with a variable", declared, `{"0": [""]}`),
		one("path into the query", "does not start with a variable", declared, `{"0": ["query.file"]}`),
		one("path in a batch", "does not start with a variable", declared, `{"0": ["0.variables.file"]}`),
		one("path into null", "leads into what is no list and no object", declared, `{"0": ["variables.file.0"]}`),
		one("path into a text", "leads into what is no list and no object", `{"file": "text"}`, `{"0": ["variables.file.0"]}`),
		one("path to a text", "must lead to null", `{"file": "text"}`, null),
		one("path to a list", "must lead to null", `{"file": []}`, null),
		one("no variables", "leads to no value", `null`, null),
		one("one path twice", "is there twice", declared, `{"0": ["variables.file", "variables.file"]}`),
		one("two files for one path", "is there twice", declared, `{"0": ["variables.file"], "1": ["variables.file"]}`),
		one("no paths", "must give a list of paths", declared, `{"0": []}`),
		one("paths that are none", "must give a list of paths", declared, `{"0": [1]}`),
		one("path without a list", "must give a list of paths", declared, `{"0": "variables.file"}`),
		one("a file named twice", "each named once", declared, `{"0": ["variables.file"], "0": ["variables.file"]}`),
		one("map is a list", "must be an object", declared, `[["variables.file"]]`),
		one("map is null", "must be an object", declared, `null`),
		one("map is no JSON", `\"map\" is not valid JSON`, declared, `{"0": `),
		one("map is empty", `\"map\" is not valid JSON`, declared, ``),
		one("map is not UTF-8", `\"map\" is not valid UTF-8`, declared, "{\"\xff\": []}"),
		one("file left over", `The file \"0\" is not in \"map\"`, declared, `{}`),
		one("long names are cut", "nnn…", declared, `{"0": ["variables.`+strings.Repeat("n", 5000)+`"]}`),
		lists("past a list", "leads to no item of its list", "variables.files.2"),
		lists("far past a list", "leads to no item of its list", "variables.files.99999999999999999999"),
		lists("before a list", "leads to no item of its list", "variables.files.-1"),
		lists("name in a list", "leads to no item of its list", "variables.files.x"),
		lists("number with zeros", "leads to no item of its list", "variables.files.00"),
		lists("deeper than a list", "leads into what is no list and no object", "variables.files.0.0"),
		bad("file missing", `The file \"1\" of \"map\" is missing`, upload(storeFiles, many, `{"0": ["variables.files.0"], "1": ["variables.files.1"]}`, file("0", "A"))),
		bad("file twice", `The file \"0\" is not in \"map\", or is there twice`, upload(storeFile, declared, null, file("0", "A"), file("0", "B"))),
		bad("part without a filename", `The part \"0\" is no file`, upload(storeFile, declared, null, part{name: "0", content: "A"})),
		bad("filename that is not UTF-8", "is not a text", upload(storeFile, declared, null, part{"0", "\xff", "", "A"})),
		bad("long filename", "is not a text", upload(storeFile, declared, null, part{"0", strings.Repeat("n", 300), "", "A"})),
		bad("variable of another type", `Variable \"$file\" must be a value of type String`, upload(`mutation($file: String!) { add(text: $file) }`, declared, null, file("0", "A"))),
		bad("variable that is not declared", `Variable \"$file\" takes a file, but the operation does not declare it`, upload(`mutation { store }`, declared, null, file("0", "A"))),
		bad("null for a file", `Variable \"$input.file\" must not be null`, upload(storeInput, `{"input": {"file": null}}`, `{}`)),
		bad("batch", "Batches are not served", form(part{name: "operations", content: `[{"query": "mutation { store }"}]`}, part{name: "map", content: "{}"})),
		bad("operations that are no JSON", `\"operations\" is not valid JSON`, form(part{name: "operations", content: `{`}, part{name: "map", content: "{}"})),
		bad("operations that are empty", `\"operations\" is empty`, form(part{name: "operations"}, part{name: "map", content: "{}"})),
		bad("operations that are not UTF-8", `\"query\" is not valid UTF-8`, form(part{name: "operations", content: "{\"query\": \"\xff\"}"}, part{name: "map", content: "{}"})),
		bad("no parts", `\"operations\" is not in its place`, "--x--\r\n"),
		bad("nothing", "malformed, or ended too early", ""),
		bad("map before operations", `\"operations\" is not in its place`, form(part{name: "map", content: "{}"}, operations)),
		bad("file before map", `\"map\" is not in its place`, form(operations, file("0", "A"), part{name: "map", content: "{}"})),
		bad("no map", `\"map\" is not in its place`, form(operations)),
		bad("operations twice", `The file \"operations\" is not in \"map\"`, form(operations, part{name: "map", content: "{}"}, operations)),
		bad("end in a file", "malformed, or ended too early", strings.TrimSuffix(upload(storeFile, declared, null, file("0", "A")), "\r\n--x--\r\n")),
		bad("end in a head", "malformed, or ended too early", "--x\r\nContent-Dispo"),
		bad("another boundary", "malformed, or ended too early", strings.ReplaceAll(upload(storeFile, declared, null, file("0", "A")), "--x", "--y")),
		{name: "no boundary", body: form(), header: formHeader("Content-Type", "multipart/form-data"), status: 400, says: "no boundary"},
		{name: "compressed", body: form(), header: formHeader("Content-Encoding", "gzip"), status: 415, says: "without a Content-Encoding"},
		{name: "no marker", body: upload(storeFile, declared, `{}`), header: header("Content-Type", "multipart/form-data; boundary=x"), status: 403, says: "Nexus-Preflight: 1"},
		{name: "empty marker", body: upload(storeFile, declared, `{}`), header: formHeader("Nexus-Preflight", ""), status: 403, says: "Nexus-Preflight: 1"},
		{name: "subscription", body: upload("subscription { ticks }", "{}", `{}`), status: 400, says: "needs a stream"},
	}
}

func TestMultipartRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, refused := range append(refusedForms(), largeForms()...) {
		t.Run(refused.name, func(t *testing.T) {
			t.Parallel()
			fields, calls := storing()
			folder := t.TempDir()
			refused.options.Uploads.Folder = folder
			server := serveForms(t, refused.options, fields)
			h := refused.header
			if h == nil {
				h = formHeader()
			}
			h.Set("Accept", "application/graphql-response+json")
			response, body := exchange{header: h, body: refused.body}.send(t, server)
			code := map[int]string{400: "BAD_USER_INPUT", 403: "FORBIDDEN", 413: "PAYLOAD_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE"}[refused.status]
			if response.StatusCode != refused.status || !strings.Contains(body, `"`+code+`"`) || !strings.Contains(body, refused.says) || strings.Contains(body, `"data"`) {
				t.Errorf("%d %s\nwant %d %s %s", response.StatusCode, body, refused.status, code, refused.says)
			}
			if len(body) > 500 || calls.Load() != 0 {
				t.Errorf("executed %d times, answered with %d bytes", calls.Load(), len(body))
			}
			nothingLeft(t, folder)
		})
	}
}

// largeForms are beyond each of the limits.
func largeForms() []refusedForm {
	const declared, null = `{"file": null}`, `{"0": ["variables.file"]}`
	small := func(u request.Uploads) transport.Options { return transport.Options{MaxBody: 200, Uploads: u} }
	return []refusedForm{
		{name: "a large file", options: small(request.Uploads{File: 10}), body: upload(storeFile, declared, null, file("0", "12345678901")), status: 413, says: `The file \"0\" is larger than 10 bytes`},
		{name: "a large request", options: small(request.Uploads{Request: 100}), body: upload(storeFile, declared, null, file("0", "A")), status: 413, says: "The request is larger than 100 bytes"},
		{name: "large operations", options: small(request.Uploads{}), body: upload(storeFile+strings.Repeat(" ", 200), declared, null, file("0", "A")), status: 413, says: `\"operations\" is larger than 200 bytes`},
		{name: "a large map", options: small(request.Uploads{}), body: upload(storeFile, declared, null+strings.Repeat(" ", 200), file("0", "A")), status: 413, says: `\"map\" is larger than 200 bytes`},
		{name: "many files", options: small(request.Uploads{Files: 1}), body: upload(storeFiles, `{"files": [null, null]}`, `{"0": ["variables.files.0"], "1": ["variables.files.1"]}`, file("0", "A"), file("1", "A")), status: 400, says: "A request takes up to 1 files, not 2"},
	}
}

func TestFormsAsLargeAsAllowedAreServed(t *testing.T) {
	t.Parallel()
	body := upload(storeFile, `{"file": null}`, `{"0": ["variables.file"]}`, file("0", "1234567890"))
	fields, calls := storing()
	server := serveForms(t, transport.Options{Uploads: request.Uploads{File: 10, Request: int64(len(body)), Files: 1}}, fields)
	if response, text := (exchange{header: formHeader(), body: body}).send(t, server); response.StatusCode != http.StatusOK || calls.Load() != 1 {
		t.Errorf("%d %s", response.StatusCode, text)
	}
}
