package token

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// JWKS returns the public keys as a JSON Web Key Set: all that sign, will sign, or
// signed tokens that are still good.
func (k *Keys) JWKS(ctx context.Context) ([]byte, error) {
	set := k.recent(ctx)
	published := struct {
		Keys []json.RawMessage `json:"keys"`
	}{[]json.RawMessage{}}
	for _, info := range describe(set.rows, k.now()) {
		if info.State != Expired {
			published.Keys = append(published.Keys, set.keys[info.ID].published)
		}
	}
	return json.Marshal(published)
}

// Handler serves JWKS.
func (k *Keys) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			header.Set("Allow", "GET, HEAD")
			http.Error(w, "This is read with GET.", http.StatusMethodNotAllowed)
			return
		}
		body, err := k.JWKS(r.Context())
		if err != nil {
			http.Error(w, "The keys cannot be written.", http.StatusInternalServerError)
			return
		}
		header.Set("Content-Type", "application/jwk-set+json")
		header.Set("Cache-Control", "public, max-age=300")
		header.Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body)))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}
