package edge_test

import (
	"net/http"
	"testing"
)

// Any page may open a WebSocket anywhere and read it; the server decides whose.
func TestPagesThatMayOpenSockets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		headers []string
		want    bool
	}{
		"no browser":                 {nil, true},
		"own":                        {[]string{"Origin", own}, true},
		"own, as some browsers say":  {[]string{"Origin", own, "Sec-Fetch-Site", "cross-site"}, true},
		"allowed":                    {[]string{"Origin", allowed, "Sec-Fetch-Site", "cross-site"}, true},
		"foreign":                    {[]string{"Origin", "https://evil.example"}, false},
		"foreign with a cookie":      {[]string{"Origin", "https://evil.example", "Cookie", "__Host-nexus_refresh=secret"}, false},
		"none":                       {[]string{"Origin", "null"}, false},
		"part of a name":             {[]string{"Origin", allowed + ".evil.example"}, false},
		"two":                        {[]string{"Origin", own, "Origin", "https://evil.example"}, false},
		"this machine in production": {[]string{"Origin", "http://localhost:8080"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request(t, http.MethodGet, own+"/graphql", "", append(test.headers, "Connection", "Upgrade", "Upgrade", "websocket")...)
			w, got := send(production(), r)
			if got.called != test.want || got.called != (w.Code != http.StatusForbidden) {
				t.Errorf("answered %d, called %v", w.Code, got.called)
			}
		})
	}
}
