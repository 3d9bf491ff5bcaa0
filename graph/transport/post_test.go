package transport_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/graph/transport"
)

const helloBody = `{"data":{"echo":"hello"}}`

// badInput is the answer of a transport to bad input; the path leads to a value.
func badInput(message string, path ...string) string {
	argument := ""
	if len(path) > 0 {
		argument = `"argument":["` + strings.Join(path, `","`) + `"],`
	}
	return `{"errors":[{"message":"` + message + `","extensions":{` + argument + `"code":"BAD_USER_INPUT"}}]}`
}

func TestPostServesOperations(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange{
		{
			name: "query", body: operation(`{ echo }`), status: 200, want: helloBody,
			wantHeader: http.Header{
				"Cache-Control": {"no-store"}, "Vary": {"Accept"}, "X-Content-Type-Options": {"nosniff"}, "Content-Length": {"25"},
			},
		},
		{
			name: "mutation", body: operation(`mutation { add(text: "new") }`), status: 200, want: `{"data":{"add":"new"}}`,
		},
		{
			name:   "variables and operationName",
			body:   `{"query":"query A { echo } query B($t: String!) { echo(text: $t) }","operationName":"B","variables":{"t":"là"}}`,
			status: 200, want: `{"data":{"echo":"là"}}`,
		},
		{
			name:   "members that are null",
			body:   `{"query":"{ echo }","operationName":null,"variables":null,"extensions":null}`,
			status: 200, want: helloBody,
		},
		{
			name:   "members of other makers are ignored, even when given twice",
			body:   `{"id":1,"id":2,"Query":"{ nothing }","query":"{ echo }","doc_id":[]}`,
			status: 200, want: helloBody,
		},
		{
			name: "white space around the object", body: " \r\n\t" + operation(`{ echo }`) + " \n", status: 200, want: helloBody,
		},
		{
			name: "charset and capitals in the content type", header: header("Content-Type", "Application/JSON; Charset=UTF-8"),
			body: operation(`{ echo }`), status: 200, want: helloBody,
		},
		{
			name: "an integer beyond 2^53 stays exact", body: `{"query":"query($s: Search!) { find(search: $s) }","variables":{"s":{"text":"x","limit":9007199254740993}}}`,
			status: 200, want: `{"data":{"find":"map[limit:9007199254740993 text:x]"}}`,
		},
		{
			name: "an error in one field leaves the others", body: operation(`{ fail(code: "FORBIDDEN") echo }`), status: 200,
			want: `{"errors":[{"message":"Failed as asked.","path":["fail"],"extensions":{"code":"FORBIDDEN"}}],"data":{"fail":null,"echo":"hello"}}`,
		},
	})
}

func TestPostRefusesBodies(t *testing.T) {
	t.Parallel()
	secret := "hunter2"
	runExchanges(t, []exchange{
		{
			name: "empty", body: "", status: 400,
			contains: `The request body is empty; send a JSON object such as {\"query\": \"{ __typename }\"}.`,
		},
		{name: "only white space", body: " \n", status: 400, contains: "The request body is empty"},
		{
			name: "malformed JSON is not repeated", body: `{"query":"{ echo }","password":"` + secret + `"`, status: 400,
			want: badInput("The request body is not valid JSON; the error is at byte 40."), never: secret,
		},
		{
			name: "not JSON at all", body: secret, status: 400,
			want: badInput("The request body is not valid JSON; the error is at byte 1."), never: secret,
		},
		{
			name: "text after the object", body: operation(`{ echo }`) + ` {"x":"` + secret + `"}`, status: 400,
			want: badInput("The request body is not valid JSON; the error is at byte 22."), never: secret,
		},
		{
			name: "nested 100,000 deep", body: `{"query":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, status: 400,
			contains: "The request body is not valid JSON",
		},
		{name: "not UTF-8", body: "{\"query\":\"{ echo }\",\"x\":\"\xff\"}", status: 400, want: badInput("The request body is not valid UTF-8.")},
		{name: "batch", body: "[" + operation(`{ echo }`) + "]", status: 400, want: badInput("Batches are not served; send one operation a request.")},
		{name: "string", body: `"{ echo }"`, status: 400, want: badInput("The request body must be a JSON object.")},
		{name: "null", body: `null`, status: 400, want: badInput("The request body must be a JSON object.")},
		{name: "no query", body: `{"Query":"{ echo }"}`, status: 400, want: badInput(`The request has no \"query\".`)},
		{name: "query null", body: `{"query":null}`, status: 400, want: badInput(`The request has no \"query\".`)},
		{name: "query number", body: `{"query":5}`, status: 400, want: badInput(`\"query\" must be a string.`)},
		{name: "query twice", body: `{"query":"{ echo }","query":"mutation { add(text: \"x\") }"}`, status: 400, want: badInput(`\"query\" is given twice.`)},
		{name: "operationName object", body: `{"query":"{ echo }","operationName":{}}`, status: 400, want: badInput(`\"operationName\" must be a string.`)},
		{name: "variables array", body: `{"query":"{ echo }","variables":["` + secret + `"]}`, status: 400, want: badInput(`\"variables\" must be a JSON object.`), never: secret},
		{name: "variables string", body: `{"query":"{ echo }","variables":"{}"}`, status: 400, want: badInput(`\"variables\" must be a JSON object.`)},
		{name: "extensions number", body: `{"query":"{ echo }","extensions":0}`, status: 400, want: badInput(`\"extensions\" must be a JSON object.`)},
	})
}

func TestNULIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange{
		{name: "query", body: `{"query":"{ echo\u0000 }"}`, status: 400, want: badInput(`\"query\" holds a NUL character.`)},
		{name: "operationName", body: `{"query":"{ echo }","operationName":"\u0000"}`, status: 400, want: badInput(`\"operationName\" holds a NUL character.`)},
		{name: "variable", body: `{"query":"{ echo }","variables":{"a":{"b":["x\u0000"]}}}`, status: 400, want: badInput(`Variable \"$a.b.0\" holds a NUL character.`, "a", "b", "0")},
		{name: "name of a variable", body: `{"query":"{ echo }","variables":{"a":{"\u0000":1}}}`, status: 400, want: badInput(`Variable \"$a\" holds a NUL character.`, "a")},
		{name: "extension", body: `{"query":"{ echo }","extensions":{"a":"\u0000"}}`, status: 400, want: badInput(`\"extensions\" holds a NUL character.`)},
		{name: "literal", body: operation(`{ echo(text: "a\u0000b") }`), status: 400, want: badInput(`\"text\" holds a NUL character.`, "text")},
		{name: "literal in an input object", body: operation(`{ find(search: {text: "a\u0000b"}) }`), status: 400, want: badInput(`\"search.text\" holds a NUL character.`, "search", "text")},
		{name: "literal in a fragment", body: operation(`{ ...F } fragment F on Query { ... { echo(text: "a\u0000b") } }`), status: 400, want: badInput(`\"text\" holds a NUL character.`, "text")},
		{name: "default of a variable", body: operation(`query($t: String! = "\u0000") { echo(text: $t) }`), status: 400, want: badInput(`Variable \"$t\" holds a NUL character.`, "t")},
		{name: "argument of a directive", body: operation(`query($b: Boolean! = true) { echo(text: "\u0041") @include(if: $b) }`), status: 200, want: `{"data":{"echo":"A"}}`},
		{name: "an escaped backslash is no NUL", body: `{"query":"query($t: String!) { echo(text: $t) }","variables":{"t":"\\u0000"}}`, status: 200, want: `{"data":{"echo":"\\u0000"}}`},
	})
}

func TestBrokenTextIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	asks := func(variables string) string {
		return `{"query":"query($t: String!) { echo(text: $t) }","variables":` + variables + `}`
	}
	runExchanges(t, []exchange{
		{name: "a high half", body: asks(`{"t":"a\ud83dz"}`), status: 400, want: badInput(`Variable \"$t\" holds half of a surrogate pair.`, "t")},
		{name: "a low half in capitals", body: asks(`{"t":"\uDE00"}`), status: 400, want: badInput(`Variable \"$t\" holds half of a surrogate pair.`, "t")},
		{name: "halves the wrong way round", body: asks(`{"t":"\ude00\ud83d"}`), status: 400, want: badInput(`Variable \"$t\" holds half of a surrogate pair.`, "t")},
		{name: "half of a pair after a pair", body: asks(`{"t":"\ud83d\ude00\ude00"}`), status: 400, want: badInput(`Variable \"$t\" holds half of a surrogate pair.`, "t")},
		{name: "a pair", body: asks(`{"t":"\ud83d\ude00"}`), status: 200, want: `{"data":{"echo":"😀"}}`},
		{name: "an escaped backslash is no escape", body: asks(`{"t":"\\ud83d"}`), status: 200, want: `{"data":{"echo":"\\ud83d"}}`},
		{name: "the character for what is broken", body: asks(`{"t":"\ufffd�"}`), status: 200, want: `{"data":{"echo":"��"}}`},
		{name: "half in the query", body: `{"query":"{ echo(text: \"\ud800\") }"}`, status: 400, want: badInput(`\"query\" holds half of a surrogate pair.`)},
		{name: "half in a literal", body: operation(`{ find(search: {text: "\ud800"}) }`), status: 400, want: badInput(`\"search.text\" holds half of a surrogate pair.`, "search", "text")},
		{name: "half after a literal that is well", body: operation(`{ a: echo(text: "� \uFFFD") b: echo(text: "é\udc00") }`), status: 400, want: badInput(`\"text\" holds half of a surrogate pair.`, "text")},
		{name: "a pair in a literal", body: operation(`{ echo(text: "\ud83d\ude00") }`), status: 200, want: `{"data":{"echo":"😀"}}`},
		{name: "the character for what is broken in a literal", body: operation(`{ echo(text: "\ufffd�") }`), status: 200, want: `{"data":{"echo":"��"}}`},
		{name: "a byte in a variable", body: asks("{\"t\":\"\xff\"}"), status: 400, want: badInput(`Variable \"$t\" is not valid UTF-8.`, "t")},
		{name: "a byte in the query", body: "{\"query\":\"{ echo \xc3 }\"}", status: 400, want: badInput(`\"query\" is not valid UTF-8.`)},
		{name: "a byte elsewhere", body: "{\"query\":\"{ echo }\",\"x\":\"\xff\"}", status: 400, want: badInput(`The request body is not valid UTF-8.`)},
		{name: "a byte outside of strings", body: "{\"query\":\xff}", status: 400, want: badInput(`The request body is not valid UTF-8.`)},
		{name: "names are cut", body: `{"query":"{ echo }","variables":{"` + strings.Repeat("n", 5000) + `":"\u0000"}}`, status: 400, contains: strings.Repeat("n", 40) + `…\" holds`},
	})
}

func TestPostLimitsTheBody(t *testing.T) {
	t.Parallel()
	small := transport.Options{MaxBody: 64}
	fits := operation(`{ echo }`)
	fits += strings.Repeat(" ", 64-len(fits))
	tooLarge := `{"errors":[{"message":"The request body is larger than 64 bytes.","extensions":{"code":"PAYLOAD_TOO_LARGE"}}]}`
	runExchanges(t, []exchange{
		{name: "as large as allowed", options: small, body: fits, status: 200, want: helloBody},
		{name: "one byte more", options: small, body: fits + " ", status: 413, want: tooLarge},
		{name: "the default is 256 KiB", body: fits + strings.Repeat(" ", transport.DefaultMaxBody-64), status: 200, want: helloBody},
		{
			name: "more than the default", body: fits + strings.Repeat(" ", transport.DefaultMaxBody), status: 413,
			contains: "larger than 262144 bytes",
		},
	})
}

func TestBodiesOfUnknownLengthAreLimitedToo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newHandler(t, transport.Options{MaxBody: 64}, resolvers()))
	defer server.Close()
	for length, want := range map[int]int{64: http.StatusOK, 65: http.StatusRequestEntityTooLarge} {
		body := operation(`{ echo }`)
		body += strings.Repeat(" ", length-len(body))
		// Hidden behind another reader, the body has no length and is sent in chunks.
		response, err := server.Client().Post(server.URL, "application/json", io.MultiReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%d bytes: status %d, want %d", length, response.StatusCode, want)
		}
	}
}

func TestPostRefusesContentTypes(t *testing.T) {
	t.Parallel()
	const (
		wrongType = `{"errors":[{"message":"Send the operation as JSON with Content-Type: application/json.","extensions":{"code":"UNSUPPORTED_MEDIA_TYPE"}}]}`
		wrongText = `{"errors":[{"message":"Send the body in UTF-8.","extensions":{"code":"UNSUPPORTED_MEDIA_TYPE"}}]}`
		encoded   = `{"errors":[{"message":"Send the body without a Content-Encoding.","extensions":{"code":"UNSUPPORTED_MEDIA_TYPE"}}]}`
	)
	body := operation(`mutation { add(text: "x") }`)
	runExchanges(t, []exchange{
		{name: "none", header: header("Content-Type", ""), body: body, status: 415, want: wrongType},
		{name: "text/plain", header: header("Content-Type", "text/plain"), body: body, status: 415, want: wrongType},
		{name: "a form", header: header("Content-Type", "application/x-www-form-urlencoded"), body: "query=mutation", status: 415, want: wrongType},
		{name: "multipart of another kind", header: header("Content-Type", "multipart/mixed; boundary=x"), body: body, status: 415, want: wrongType},
		{name: "graphql", header: header("Content-Type", "application/graphql"), body: `{ echo }`, status: 415, want: wrongType},
		{name: "malformed", header: header("Content-Type", "application/json; charset"), body: body, status: 415, want: wrongType},
		{name: "UTF-16", header: header("Content-Type", "application/json; charset=utf-16"), body: body, status: 415, want: wrongText},
		{
			name: "gzip", header: header("Content-Encoding", "gzip"), body: body, status: 415, want: encoded,
			wantHeader: header("Accept-Encoding", "identity"),
		},
		{name: "identity", header: header("Content-Encoding", "identity"), body: operation(`{ echo }`), status: 200, want: helloBody},
	})
}
