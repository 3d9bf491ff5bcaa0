package edge_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/app/edge"
)

const (
	mutation  = `{"query":"mutation { count }"}`
	multipart = "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + mutation + "\r\n--x--\r\n"

	withCookie = "__Host-nexus_refresh=secret"
)

// attempt is a request that a page of another origin gets a browser to send, or
// that looks like one.
type attempt struct {
	method, target, body string
	headers              []string
}

// forged returns requests with a victim's cookie none of which may be executed.
func forged() map[string]attempt {
	all := map[string]attempt{}
	post := func(name, body string, headers ...string) {
		all[name] = attempt{http.MethodPost, "/graphql", body, append(headers, "Cookie", withCookie)}
	}
	for name, origin := range map[string]string{
		"null": "null", "empty": "", "another": "https://evil.example", "subdomain": "https://sub.nexus.example.org", "parent": "https://example.org",
		"another port": "https://nexus.example.org:8443", "usual port": "https://nexus.example.org:443", "another scheme": "http://nexus.example.org",
		"capitals": "https://NEXUS.example.org", "scheme in capitals": "HTTPS://nexus.example.org", "as prefix": "https://nexus.example.org.evil.example",
		"as suffix": "https://evil-nexus.example.org", "with user": "https://nexus.example.org@evil.example", "with slash": "https://nexus.example.org/",
		"with path": "https://nexus.example.org/graphql", "with a dot": "https://nexus.example.org.", "with space": own + " ", "two in one": own + ", https://evil.example",
		"pattern": "https://*.example.org", "file": "file://", "extension": "chrome-extension://abcdefgh", "subdomain of an allowed one": "https://x.app.example.org",
		"allowed in capitals": "https://APP.example.org", "this machine": "http://localhost:8080", "wildcard": "*", "escaped": "https://nexus%2eexample.org",
	} {
		post("JSON, origin "+name, mutation, "Content-Type", "application/json", "Origin", origin)
	}
	for name, headers := range map[string][]string{
		"no origin":               nil,
		"cross-site":              {"Sec-Fetch-Site", "cross-site"},
		"same-site":               {"Sec-Fetch-Site", "same-site"},
		"address bar":             {"Sec-Fetch-Site", "none"},
		"site in capitals":        {"Sec-Fetch-Site", "Same-Origin"},
		"two origins":             {"Origin", own, "Origin", "https://evil.example"},
		"two sites":               {"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"},
		"own, but cross-site":     {"Origin", own, "Sec-Fetch-Site", "cross-site"},
		"allowed, by address bar": {"Origin", allowed, "Sec-Fetch-Site", "none"},
		"null, but same-origin":   {"Origin", "null", "Sec-Fetch-Site", "same-origin"},
		"own as referer":          {"Referer", own + "/"},
		"forwarded host":          {"Origin", "https://evil.example", "X-Forwarded-Host", "evil.example"},
		"host":                    {"Origin", "https://evil.example", "Host", "evil.example"},
		"method override":         {"Origin", "https://evil.example", "X-HTTP-Method-Override", "POST"},
		"preflight marker":        {"Origin", "https://evil.example", "Nexus-Preflight", "1"},
	} {
		post("JSON, "+name, mutation, append([]string{"Content-Type", "application/json"}, headers...)...)
	}
	for name, content := range map[string][2]string{
		"form":                {"application/x-www-form-urlencoded", url.Values{"query": {"mutation { count }"}}.Encode()},
		"text":                {"text/plain", mutation},
		"text naming JSON":    {"text/plain; application/json", mutation},
		"text with parameter": {"text/plain; x=application/json", mutation},
		"two types":           {"text/plain, application/json", mutation},
		"no type":             {"", mutation},
		"multipart":           {"multipart/form-data; boundary=x", multipart},
		"GraphQL text":        {"application/graphql", "mutation { count }"},
		"JSON of a kind":      {"application/csp-report", mutation},
	} {
		post(name+" from elsewhere", content[1], "Content-Type", content[0], "Origin", "https://evil.example")
		// Even a page of ours gets none of these through.
		post(name, content[1], "Content-Type", content[0], "Origin", own, "Sec-Fetch-Site", "same-origin")
	}
	target := "/graphql?query=" + url.QueryEscape("mutation { count }")
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "TRACE", "post"} {
		for name, headers := range map[string][]string{
			"": nil, " overridden": {"X-HTTP-Method-Override", "POST", "X-HTTP-Method", "POST", "X-Method-Override", "POST"},
		} {
			all[method+name] = attempt{method, target + "&_method=POST", "", append(headers, "Cookie", withCookie, "Origin", own)}
		}
	}
	return all
}

func TestNoForgedRequestIsExecuted(t *testing.T) {
	t.Parallel()
	attempts := forged()
	if len(attempts) < 40 {
		t.Fatalf("only %d variants", len(attempts))
	}
	for name, a := range attempts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var executed counter
			w := httptest.NewRecorder()
			behind(production(), executed.handler(t)).ServeHTTP(w, request(t, a.method, a.target, a.body, a.headers...))
			if n := executed.mutations.Load(); n != 0 {
				t.Errorf("executed; answered %d %s", w.Code, w.Body)
			}
			if slices.Contains(a.headers, "application/json") && (w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `"FORBIDDEN"`)) {
				t.Errorf("answered %d %s, want 403", w.Code, w.Body)
			}
			if w.Header().Get("Set-Cookie") != "" {
				t.Error("a cookie is set")
			}
		})
	}
}

func TestPagesOfOursAreExecuted(t *testing.T) {
	t.Parallel()
	development := func(o edge.Options) edge.Options {
		o.Production, o.PublicURL = false, "http://127.0.0.1:8080"
		return o
	}
	tests := map[string]struct {
		options edge.Options
		headers []string
	}{
		"own":                       {production(), []string{"Cookie", withCookie, "Origin", own}},
		"own, same-origin":          {production(), []string{"Cookie", withCookie, "Origin", own, "Sec-Fetch-Site", "same-origin"}},
		"same-origin alone":         {production(), []string{"Cookie", withCookie, "Sec-Fetch-Site", "same-origin"}},
		"allowed":                   {production(), []string{"Cookie", withCookie, "Origin", allowed, "Sec-Fetch-Site", "cross-site"}},
		"no cookie, no browser":     {production(), nil},
		"another's cookie":          {production(), []string{"Cookie", "nexus_refresh=secret; theme=dark"}},
		"this machine, development": {development(production()), []string{"Cookie", "nexus_refresh=secret", "Origin", "http://127.0.0.1:8080"}},
		"its other name":            {development(production()), []string{"Cookie", "nexus_refresh=secret", "Origin", "http://localhost:8080"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var executed counter
			w := httptest.NewRecorder()
			r := request(t, http.MethodPost, "http://localhost:8080/graphql", mutation, append(test.headers, "Content-Type", "application/json")...)
			behind(test.options, executed.handler(t)).ServeHTTP(w, r)
			if n := executed.mutations.Load(); n != 1 || w.Code != http.StatusOK {
				t.Errorf("executed %d times, answered %d %s", n, w.Code, w.Body)
			}
		})
	}
}

// A name that leads to this machine is no name of it: any page may have one.
func TestAHostThatIsNoNameOfThisMachineIsForeign(t *testing.T) {
	t.Parallel()
	o := production()
	o.Production, o.PublicURL = false, "http://127.0.0.1:8080"
	r := request(t, http.MethodPost, "http://rebound.example:8080/graphql", mutation, "Cookie", "nexus_refresh=secret", "Origin", "http://rebound.example:8080")
	if w, got := send(o, r); got.called || w.Code != http.StatusForbidden {
		t.Errorf("answered %d", w.Code)
	}
}

func TestAnswersAreSharedWithAllowedOriginsAlone(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{own, "null", "https://evil.example", "https://x.app.example.org", "https://APP.example.org", "https://app.example.org.evil.example", "http://app.example.org"} {
		for _, method := range []string{http.MethodPost, http.MethodOptions} {
			w, _ := send(production(), request(t, method, "/graphql", "", "Origin", origin, "Access-Control-Request-Method", "POST"))
			for header := range w.Header() {
				if strings.HasPrefix(header, "Access-Control-") {
					t.Errorf("%s from %s is answered with %s", method, origin, header)
				}
			}
		}
	}
	w, got := send(production(), request(t, http.MethodPost, "/graphql", "", "Origin", allowed))
	if !got.called || w.Header().Get("Access-Control-Allow-Origin") != allowed || w.Header().Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("an allowed origin is answered with %v", w.Header())
	}
	for _, exposed := range []string{"Ratelimit", "Ratelimit-Policy", "Retry-After", "X-Request-Id", "Idempotency-Replayed"} {
		if !strings.Contains(strings.ToLower(w.Header().Get("Access-Control-Expose-Headers")), strings.ToLower(exposed)) {
			t.Errorf("%s is not exposed", exposed)
		}
	}
}

func TestPreflights(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, headers string
		granted         bool
	}{
		"all that clients send": {"POST", "apollo-require-preflight,authorization,content-type,idempotency-key,nexus-cost,nexus-preflight,x-request-id", true},
		"a query":               {"GET", "authorization", true},
		"another method":        {"DELETE", "", false},
		"another header":        {"POST", "x-secret", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			headers := []string{"Origin", allowed, "Access-Control-Request-Method", test.method}
			if test.headers != "" {
				headers = append(headers, "Access-Control-Request-Headers", test.headers)
			}
			w, got := send(production(), request(t, http.MethodOptions, "/graphql", "", headers...))
			if granted := w.Header().Get("Access-Control-Allow-Origin") == allowed; granted != test.granted || got.called {
				t.Errorf("granted %v: %v", granted, w.Header())
			}
			if test.granted && w.Header().Get("Access-Control-Max-Age") == "" {
				t.Error("the browser may not remember it")
			}
		})
	}
}

func TestWithoutAllowedOriginsNothingIsShared(t *testing.T) {
	t.Parallel()
	o := production()
	o.AllowedOrigins = nil
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions} {
		w, _ := send(o, request(t, method, "/graphql", "", "Origin", allowed, "Access-Control-Request-Method", "POST"))
		for header := range w.Header() {
			if strings.HasPrefix(header, "Access-Control-") {
				t.Errorf("%s is answered with %s", method, header)
			}
		}
	}
}
