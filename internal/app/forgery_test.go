package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
)

// forgery is a request that a page of another origin gets a browser to send.
type forgery struct {
	method, target, body string
	headers              []string
}

// forgeries returns ways to run a mutation with the cookie of a victim.
func forgeries(mutation string) map[string]forgery {
	text, _ := json.Marshal(map[string]string{"query": mutation})
	body := string(text)
	query := "/graphql?query=" + url.QueryEscape(mutation)
	part := func(name, content string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n"
	}
	form := part("operations", body) + part("map", "{}") + "--x--\r\n"
	post := func(contentType, body string, headers ...string) forgery {
		return forgery{http.MethodPost, "/graphql", body, append(headers, "Content-Type", contentType)}
	}
	const evil, here = "https://evil.example", "http://127.0.0.1:8080"
	return map[string]forgery{
		"JSON from a foreign origin":             post("application/json", body, "Origin", evil),
		"JSON from a sandbox":                    post("application/json", body, "Origin", "null"),
		"JSON from a name like ours":             post("application/json", body, "Origin", here+".evil.example"),
		"JSON, cross-site":                       post("application/json", body, "Sec-Fetch-Site", "cross-site"),
		"JSON, same-site":                        post("application/json", body, "Sec-Fetch-Site", "same-site"),
		"JSON, from nowhere":                     post("application/json", body),
		"JSON, own origin but cross-site":        post("application/json", body, "Origin", here, "Sec-Fetch-Site", "cross-site"),
		"JSON with a marker from elsewhere":      post("application/json", body, "Origin", evil, "Nexus-Preflight", "1"),
		"form":                                   post("application/x-www-form-urlencoded", url.Values{"query": {mutation}}.Encode(), "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		"form from our page":                     post("application/x-www-form-urlencoded", url.Values{"query": {mutation}}.Encode(), "Sec-Fetch-Site", "same-origin"),
		"text":                                   post("text/plain", body, "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		"text from our page":                     post("text/plain", body, "Sec-Fetch-Site", "same-origin"),
		"text that names JSON":                   post("text/plain; application/json", body, "Sec-Fetch-Site", "same-origin"),
		"no type":                                post("", body, "Sec-Fetch-Site", "same-origin"),
		"multipart":                              post("multipart/form-data; boundary=x", form, "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		"multipart from our page, no marker":     post("multipart/form-data; boundary=x", form, "Sec-Fetch-Site", "same-origin"),
		"multipart with a marker from elsewhere": post("multipart/form-data; boundary=x", form, "Origin", evil, "Nexus-Preflight", "1"),
		"GET":                                    {http.MethodGet, query, "", []string{"Sec-Fetch-Site", "same-origin"}},
		"GET from a foreign page":                {http.MethodGet, query, "", []string{"Sec-Fetch-Site", "cross-site"}},
		"HEAD":                                   {http.MethodHead, query, "", []string{"Sec-Fetch-Site", "same-origin"}},
		"GET that says POST":                     {http.MethodGet, query + "&_method=POST", "", []string{"X-HTTP-Method-Override", "POST", "Sec-Fetch-Site", "same-origin"}},
		"PUT":                                    {http.MethodPut, "/graphql", body, []string{"Content-Type", "application/json", "Sec-Fetch-Site", "same-origin"}},
	}
}

// sessions tells everything that could have changed of the sessions.
func sessions(t *testing.T, nexus *app.App) string {
	t.Helper()
	var state string
	err := nexus.DB().Handle(t.Context()).Raw(`SELECT concat_ws(' ',
		(SELECT string_agg(concat(id, revoked_at, last_used_at, expires_at), ',' ORDER BY id) FROM session),
		(SELECT string_agg(concat(encode(token_hash, 'hex'), used_at), ',' ORDER BY token_hash) FROM refresh_token))`).Scan(&state).Error
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestNoForgedRequestTouchesASession(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(c *config.Config) { c.SamplePassword = "rain on the seventh roof" })
	if err := nexus.ImportSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	victim := &caller{t: t, handler: nexus.Handler()}
	_, answer := victim.do(`mutation { login(input: {email: "mentor@example.org", password: "rain on the seventh roof", mode: COOKIE}) { session { sessionId } } }`)
	victim.cookies = answer.Cookies()
	before := sessions(t, nexus)
	mutations := []string{
		"mutation { logoutEverywhere { count } }", "mutation { logout { sessionId } }",
		"mutation { refreshSession(input: {}) { session { accessToken } } }",
	}
	for _, mutation := range mutations {
		for name, f := range forgeries(mutation) {
			r := httptest.NewRequestWithContext(t.Context(), f.method, f.target, strings.NewReader(f.body))
			for i := 0; i < len(f.headers); i += 2 {
				r.Header.Set(f.headers[i], f.headers[i+1])
			}
			r.AddCookie(victim.cookies[0])
			answer := request(t, nexus, r)
			if answer.StatusCode < http.StatusBadRequest || len(answer.Cookies()) > 0 {
				t.Errorf("%s, %s: answered %d with the cookies %v", mutation, name, answer.StatusCode, answer.Cookies())
			}
			if after := sessions(t, nexus); after != before {
				t.Fatalf("%s, %s: the sessions were\n%s\nand are\n%s", mutation, name, before, after)
			}
		}
	}
	// The cookie alone is nobody: what acts for a person wants a bearer token too.
	victim.do(mutations[0])
	if sessions(t, nexus) != before {
		t.Error("the cookie alone signs out everywhere")
	}
	victim.do(mutations[1], "logout", "sessionId")
	if sessions(t, nexus) == before {
		t.Error("a page of ours cannot sign out: the test proves nothing")
	}
}
