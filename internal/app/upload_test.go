package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/config"
)

// Files pass the limit of other bodies and have limits of their own, through
// every part of the server. No field takes a file in these places.
func TestFormsHaveLimitsOfTheirOwn(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(c *config.Config) { c.MaxUpload, c.MaxUploadRequest, c.MaxUploadFiles = 1<<20, 2<<20, 2 })
	const since = "query($v: DateTime) { challenges(filter: {createdSince: $v}) { totalCount } }"
	const named = "mutation($v: String!) { verifyEmail(input: {token: $v}) { userErrors { code } } }"
	const lists = "query($v: [ID!]!) { nodes(ids: $v) { id } }"
	tests := map[string]struct {
		query, variables, places string
		size                     int
		status                   int
		says                     string
	}{
		"in the place of a time": {since, `{"v": null}`, `{"0": ["variables.v"]}`, 1 << 20, 400, `Variable \"$v\" must be a value of type DateTime`},
		"in the place of a text": {named, `{"v": null}`, `{"0": ["variables.v"]}`, 1 << 20, 400, `Variable \"$v\" must be a value of type String`},
		"in the place of an id":  {lists, `{"v": [null]}`, `{"0": ["variables.v.0"]}`, 1 << 20, 400, `Variable \"$v.0\" must be a value of type ID`},
		"large file":             {since, `{"v": null}`, `{"0": ["variables.v"]}`, 1<<20 + 1, 413, "larger than 1048576 bytes"},
		"large request":          {since, `{"v": null}`, `{"0": ["variables.v"]}`, 2 << 20, 413, "The request is larger than 2097152 bytes"},
		"many files":             {since, `{"v": [null, null, null]}`, `{"0": ["variables.v.0"], "1": ["variables.v.1"], "2": ["variables.v.2"]}`, 1, 400, "up to 2 files"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			operations, err := json.Marshal(map[string]any{"query": test.query, "variables": json.RawMessage(test.variables)})
			if err != nil {
				t.Fatal(err)
			}
			head := "--x\r\nContent-Disposition: form-data; name="
			form := head + "operations\r\n\r\n" + string(operations) + "\r\n" + head + "map\r\n\r\n" + test.places + "\r\n" +
				head + "0; filename=a\r\n\r\n" + strings.Repeat("A", test.size) + "\r\n--x--\r\n"
			send := func(headers ...string) (int, string) {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(form))
				r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
				r.Header.Set("Accept", "application/graphql-response+json")
				for i := 0; i < len(headers); i += 2 {
					r.Header.Set(headers[i], headers[i+1])
				}
				answer := request(t, nexus, r)
				return answer.StatusCode, body(t, answer)
			}
			if status, text := send("Nexus-Preflight", "1"); status != test.status || !strings.Contains(text, test.says) {
				t.Errorf("answered %d %s, want %d %s", status, text, test.status, test.says)
			}
			if status, text := send(); status != http.StatusForbidden || !strings.Contains(text, `"FORBIDDEN"`) {
				t.Errorf("without a marker answered %d %s", status, text)
			}
		})
	}
}
