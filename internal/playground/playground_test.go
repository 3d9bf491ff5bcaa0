package playground

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

// sources is the page as web/playground holds it; the packages' files are not in
// it, which the handler does not mind.
func sources() fs.FS { return os.DirFS("../../web/playground") }

func get(handler http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

func TestPageAllowsItsOwnScriptsOnly(t *testing.T) {
	t.Parallel()
	handler := newHandler(Options{Endpoint: "/graphql", Schema: "/schema.graphql"}, sources())
	answer := get(handler, "/")
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("status %d, Content-Type %q", answer.Code, answer.Header().Get("Content-Type"))
	}
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q: a nonce must not be kept", got)
	}
	policy := answer.Header().Get("Content-Security-Policy")
	found := regexp.MustCompile(`script-src 'nonce-([A-Z0-9]{26})';`).FindStringSubmatch(policy)
	if found == nil {
		t.Fatalf("policy %q has no nonce for scripts", policy)
	}
	for _, directive := range []string{"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, directive) {
			t.Errorf("policy %q lacks %q", policy, directive)
		}
	}
	if strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("policy %q names other hosts", policy)
	}
	body := answer.Body.String()
	scripts := regexp.MustCompile(`<script[^>]*>`).FindAllString(body, -1)
	if len(scripts) != 6 {
		t.Errorf("%d scripts, want the settings and 5 files: %q", len(scripts), scripts)
	}
	for _, script := range scripts {
		if !strings.Contains(script, `nonce="`+found[1]+`"`) && !strings.Contains(script, `type="application/json"`) {
			t.Errorf("%s has another nonce than the policy", script)
		}
	}
	for _, link := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		if !strings.HasPrefix(link[1], "/") || strings.HasPrefix(link[1], "//") {
			t.Errorf("the page refers to %q, which is not on its own host", link[1])
		}
	}
	if strings.Contains(get(handler, "/").Body.String(), found[1]) {
		t.Error("two answers have the same nonce")
	}
}

func TestPageTellsTheScriptItsSettings(t *testing.T) {
	t.Parallel()
	body := get(newHandler(Options{Endpoint: "/x</script>", Schema: "/s"}, sources()), "/").Body.String()
	if strings.Contains(body, "x</script>") {
		t.Error("a setting can end the script element")
	}
	for _, part := range []string{`"endpoint":"/x\u003c`, `"schema":"/s"`, `"title":"Who solved this"`, "query WhoSolvedThis"} {
		if !strings.Contains(body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	t.Parallel()
	handler := newHandler(Options{}, sources())
	path := regexp.MustCompile(`/playground/[0-9a-f]{16}/playground\.js`).FindString(get(handler, "/").Body.String())
	if path == "" {
		t.Fatal("the page names no playground.js")
	}
	want, err := os.ReadFile("../../web/playground/playground.js")
	if err != nil {
		t.Fatal(err)
	}
	answer := get(handler, path)
	if answer.Code != http.StatusOK || answer.Body.String() != string(want) {
		t.Errorf("status %d and not the file", answer.Code)
	}
	for name, value := range map[string]string{
		"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "text/javascript; charset=utf-8", "X-Content-Type-Options": "nosniff",
	} {
		if got := answer.Header().Get(name); got != value {
			t.Errorf("%s %q, want %q", name, got, value)
		}
	}
	if zipped := get(handler, path, "Accept-Encoding", "gzip"); zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() >= len(want) {
		t.Errorf("not compressed: %d of %d bytes", zipped.Body.Len(), len(want))
	}
	folder := strings.TrimSuffix(path, "playground.js")
	for _, absent := range []string{folder, folder + "no.js", folder + "../x", "/playground/0000000000000000/playground.js", "/playground/", "/other"} {
		answer := get(handler, absent)
		if answer.Code == http.StatusOK || answer.Header().Get("Cache-Control") != "" {
			t.Errorf("%s: status %d, Cache-Control %q", absent, answer.Code, answer.Header().Get("Cache-Control"))
		}
	}
}

func TestAssetsOfAnotherBuildHaveAnotherPath(t *testing.T) {
	t.Parallel()
	first, second := newAssets(os.DirFS("examples")), newAssets(sources())
	if first.prefix == second.prefix || first.prefix != newAssets(os.DirFS("examples")).prefix {
		t.Errorf("prefixes %q and %q do not follow the content", first.prefix, second.prefix)
	}
}

func TestPageWithoutABuildSaysHowToBuild(t *testing.T) {
	t.Parallel()
	handler := newHandler(Options{Endpoint: "/graphql", Schema: "/schema.graphql"}, nil)
	answer := get(handler, "/")
	if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "make build") {
		t.Errorf("status %d, body %s", answer.Code, answer.Body)
	}
	if policy := answer.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	if got := get(handler, "/playground/x/y.js").Code; got != http.StatusNotFound {
		t.Errorf("an asset of no build: status %d", got)
	}
}
