package edge_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/app/edge"
	"github.com/project-nexus/nexus/internal/auth"
)

func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"a client":                        {"203.0.113.7:1234", nil, "203.0.113.7"},
		"a client that claims":            {"203.0.113.7:1234", []string{"198.51.100.1"}, "203.0.113.7"},
		"a proxy without a header":        {"10.0.0.1:1234", nil, "10.0.0.1"},
		"behind a proxy":                  {"10.0.0.1:1234", []string{"203.0.113.7"}, "203.0.113.7"},
		"claims behind a proxy":           {"10.0.0.1:1234", []string{"198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		"claims a proxy's address":        {"10.0.0.1:1234", []string{"10.0.0.9, 203.0.113.7"}, "203.0.113.7"},
		"behind two proxies":              {"10.0.0.1:1234", []string{"198.51.100.1, 203.0.113.7, 10.0.0.2"}, "203.0.113.7"},
		"in two lines":                    {"10.0.0.1:1234", []string{"198.51.100.1, 203.0.113.7", "10.0.0.2"}, "203.0.113.7"},
		"claims in a line of its own":     {"10.0.0.1:1234", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7"},
		"nothing but proxies":             {"10.0.0.1:1234", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"with port":                       {"10.0.0.1:1234", []string{"203.0.113.7:4711"}, "203.0.113.7"},
		"IPv6":                            {"10.0.0.1:1234", []string{"2001:db8::1"}, "2001:db8::1"},
		"IPv6 with port":                  {"10.0.0.1:1234", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		"IPv4 within IPv6":                {"[::ffff:10.0.0.1]:1234", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		"a name":                          {"10.0.0.1:1234", []string{"client.example"}, "10.0.0.1"},
		"unknown":                         {"10.0.0.1:1234", []string{"unknown"}, "10.0.0.1"},
		"empty":                           {"10.0.0.1:1234", []string{""}, "10.0.0.1"},
		"ends with a comma":               {"10.0.0.1:1234", []string{"203.0.113.7,"}, "10.0.0.1"},
		"rubbish left of the client":      {"10.0.0.1:1234", []string{"<script>, 203.0.113.7"}, "203.0.113.7"},
		"rubbish left of a proxy":         {"10.0.0.1:1234", []string{"<script>, 10.0.0.2"}, "10.0.0.1"},
		"more proxies than there are":     {"10.0.0.1:1234", []string{"203.0.113.7" + strings.Repeat(", 10.0.0.2", 100)}, "10.0.0.2"},
		"a proxy by its own IPv6 address": {"[fd00::5]:1234", []string{"203.0.113.7"}, "203.0.113.7"},
		"no address":                      {"@", nil, "invalid IP"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := production()
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::5/128")}
			r := request(t, http.MethodGet, "/graphql", "")
			r.RemoteAddr = test.peer
			for _, value := range test.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			if _, got := send(o, r); got.client.Address.String() != test.want {
				t.Errorf("got %s, want %s", got.client.Address, test.want)
			}
		})
	}
}

func TestNobodyIsBelievedUnlessTrusted(t *testing.T) {
	t.Parallel()
	r := request(t, http.MethodGet, "/graphql", "", "X-Forwarded-For", "203.0.113.7", "X-Real-Ip", "203.0.113.7", "Forwarded", "for=203.0.113.7")
	r.RemoteAddr = "127.0.0.1:1234"
	if _, got := send(production(), r); got.client.Address.String() != "127.0.0.1" {
		t.Errorf("got %s", got.client.Address)
	}
}

func TestTheUserAgentIsShortAndText(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"curl/8": "curl/8", "": "", "a\xffb": "ab", strings.Repeat("x", 300): strings.Repeat("x", 200), strings.Repeat("ä", 101): strings.Repeat("ä", 100),
		"x" + strings.Repeat("ä", 100): "x" + strings.Repeat("ä", 99),
	} {
		_, got := send(production(), request(t, http.MethodGet, "/graphql", "", "User-Agent", given))
		if got.client.UserAgent != want || !utf8.ValidString(got.client.UserAgent) {
			t.Errorf("%q becomes %q", given, got.client.UserAgent)
		}
	}
}

func TestTheCookieIsReadInAPOSTOfOursAlone(t *testing.T) {
	t.Parallel()
	development := production()
	development.Production = false
	tests := map[string]struct {
		options edge.Options
		method  string
		cookies string
		want    string
	}{
		"production":                    {production(), http.MethodPost, "__Host-nexus_refresh=secret", "secret"},
		"development":                   {development, http.MethodPost, "nexus_refresh=secret", "secret"},
		"development's in production":   {production(), http.MethodPost, "nexus_refresh=secret", ""},
		"among others":                  {production(), http.MethodPost, "a=b; __Host-nexus_refresh=secret; c=d", "secret"},
		"twice":                         {production(), http.MethodPost, "__Host-nexus_refresh=one; __Host-nexus_refresh=two", ""},
		"a query by GET":                {production(), http.MethodGet, "__Host-nexus_refresh=secret", ""},
		"a name in another's capitals":  {production(), http.MethodPost, "__host-Nexus_refresh=secret", ""},
		"a method that nothing handles": {production(), http.MethodPut, "__Host-nexus_refresh=secret", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got := send(test.options, request(t, test.method, "/graphql", "", "Cookie", test.cookies, "Origin", own))
			if !got.called || got.client.RefreshToken != test.want {
				t.Errorf("called %v, got %q, want %q", got.called, got.client.RefreshToken, test.want)
			}
			if canSet := got.client.SetRefreshToken != nil; canSet != (test.method == http.MethodPost) {
				t.Errorf("a cookie can be set by %s: %v", test.method, canSet)
			}
		})
	}
}

// Else a page could sign its visitor in as somebody else.
func TestAForeignPageGetsNoCookieSet(t *testing.T) {
	t.Parallel()
	for _, headers := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}} {
		if _, got := send(production(), request(t, http.MethodPost, "/graphql", "", headers...)); got.client.SetRefreshToken != nil {
			t.Errorf("%v may set a cookie", headers)
		}
	}
}

func TestTheCookieIsSetAndRemoved(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(time.Hour)
	set := func(o edge.Options, use func(set func(string, time.Time))) []*http.Cookie {
		w := httptest.NewRecorder()
		behind(o, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark"})
			use(auth.ClientOf(r.Context()).SetRefreshToken)
		})).ServeHTTP(w, request(t, http.MethodPost, "/graphql", "", "Origin", own))
		return w.Result().Cookies()
	}
	got := set(production(), func(set func(string, time.Time)) { set("first", until); set("second", until) })
	if len(got) != 2 || got[0].Name != "theme" {
		t.Fatalf("cookies %v", got)
	}
	c := got[1]
	if c.Name != "__Host-nexus_refresh" || c.Value != "second" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("got %s", c)
	}
	if c.MaxAge < 3500 || c.MaxAge > 3600 {
		t.Errorf("it is kept for %d s", c.MaxAge)
	}
	development := production()
	development.Production = false
	if c := set(development, func(set func(string, time.Time)) { set("token", until) })[1]; c.Name != "nexus_refresh" || c.Secure || !c.HttpOnly {
		t.Errorf("in development: %s", c)
	}
	for name, remove := range map[string]func(set func(string, time.Time)){
		"empty": func(set func(string, time.Time)) { set("", time.Time{}) },
		"over":  func(set func(string, time.Time)) { set("token", time.Now().Add(-time.Minute)) },
	} {
		if c := set(production(), remove)[1]; c.MaxAge >= 0 || c.Value != "" || c.Path != "/" || !c.Secure {
			t.Errorf("%s: %s", name, c)
		}
	}
}
