package token_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// published returns the keys of the JWKS.
func published(t testing.TB, keys *token.Keys) []map[string]string {
	t.Helper()
	data, err := keys.JWKS(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var set map[string][]map[string]string
	if err := json.Unmarshal(data, &set); err != nil {
		t.Fatal(err)
	}
	if len(set) != 1 {
		t.Errorf("the set is %s", data)
	}
	return set["keys"]
}

func TestPublishedKeysArePublic(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	next := rotate(t, f.db, token.RotateOptions{Now: f.clock.Now})
	f.clock.Add(5 * time.Second)
	got := published(t, f.keys)
	if len(got) != 2 || got[1]["kid"] != next.ID {
		t.Fatalf("published is %v", got)
	}
	want := map[string]string{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": f.kid, "x": raw(f.private[32:])}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("the key (-want +got):\n%s", diff)
	}
}

func TestTheKeysAreServed(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	keys := open(t, db, c)
	server := httptest.NewServer(keys.Handler())
	t.Cleanup(server.Close)
	ask := func(method, etag string) (int, http.Header, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if etag != "" {
			request.Header.Set("If-None-Match", etag)
		}
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, response.Header, string(body)
	}
	want, err := keys.JWKS(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	status, header, body := ask(http.MethodGet, "")
	if status != http.StatusOK || body != string(want) {
		t.Errorf("GET: %d, %s", status, body)
	}
	if got := []string{header.Get("Content-Type"), header.Get("Cache-Control")}; !slices.Equal(got, []string{"application/jwk-set+json", "public, max-age=300"}) {
		t.Errorf("headers are %q", got)
	}
	etag := header.Get("ETag")
	if status, _, body := ask(http.MethodGet, etag); status != http.StatusNotModified || body != "" {
		t.Errorf("GET of what is known: %d, %s", status, body)
	}
	if status, _, body := ask(http.MethodHead, ""); status != http.StatusOK || body != "" {
		t.Errorf("HEAD: %d, %s", status, body)
	}
	if status, header, _ := ask(http.MethodPost, ""); status != http.StatusMethodNotAllowed || header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, %v", status, header)
	}
	rotate(t, db, token.RotateOptions{Now: c.Now})
	c.Add(5 * time.Second)
	if status, header, body := ask(http.MethodGet, etag); status != http.StatusOK || header.Get("ETag") == etag || body == string(want) {
		t.Errorf("GET after a rotation: %d, %s", status, body)
	}
}
