// Package playground serves the Playground: a page with GraphiQL in which
// explorers find the schema and try queries.
//
// The page and its assets are built from web/playground into the folder dist
// and embedded. A program built without that folder works all the same; its page
// then says how to build the Playground. Nothing comes from another host, and
// the page's Content-Security-Policy forbids that too.
package playground

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// Options configures the page; the zero value is right for a whole Nexus.
type Options struct {
	// Endpoint is the path of the GraphQL endpoint, /graphql if empty.
	Endpoint string
	// Schema is the path of the schema as text, /schema.graphql if empty.
	Schema string
}

// New returns the handler of / (the page) and of /playground/… (its assets).
func New(o Options) http.Handler {
	if o.Endpoint == "" {
		o.Endpoint = "/graphql"
	}
	if o.Schema == "" {
		o.Schema = "/schema.graphql"
	}
	return newHandler(o, built())
}

// newHandler serves the Playground of dist, or of none if dist is nil.
func newHandler(o Options, dist fs.FS) http.Handler {
	mux := http.NewServeMux()
	if dist == nil {
		mux.Handle("GET /{$}", missingPage(o))
		return mux
	}
	assets := newAssets(dist)
	mux.Handle("GET /{$}", page{options: o, assets: assets, template: pageTemplate(dist, assets)})
	mux.Handle("GET "+assets.prefix, assets)
	return gzhttp.GzipHandler(mux)
}

// missingPage says how to build the Playground.
func missingPage(o Options) http.Handler {
	var body bytes.Buffer
	if err := template.Must(template.New("missing").Parse(missingHTML)).Execute(&body, o); err != nil {
		panic(err) // a fault of the embedded template, found by the first test
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writePage(w, "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", body.Bytes())
	})
}

// writePage answers with a page that no cache may keep and no frame may show.
func writePage(w http.ResponseWriter, policy string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	_, _ = w.Write(body) // a client that has gone needs no answer
}
