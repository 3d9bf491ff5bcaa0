package playground

import (
	"bytes"
	"crypto/rand"
	"html/template"
	"io/fs"
	"net/http"
)

const pageFile = "index.html"

// page serves the page of the built Playground.
type page struct {
	options  Options
	assets   assets
	template *template.Template
}

// settings is what the page's script reads.
type settings struct {
	Endpoint string    `json:"endpoint"`
	Schema   string    `json:"schema"`
	Icon     string    `json:"icon"`
	Examples []Example `json:"examples"`
}

func pageTemplate(dist fs.FS, assets assets) *template.Template {
	functions := template.FuncMap{"asset": assets.path}
	return template.Must(template.New(pageFile).Funcs(functions).ParseFS(dist, pageFile))
}

// ServeHTTP implements http.Handler.
func (p page) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	nonce := rand.Text()
	var body bytes.Buffer
	err := p.template.Execute(&body, map[string]any{
		"Title":     "Nexus – GraphQL Playground",
		"Nonce":     nonce,
		"SchemaURL": p.options.Schema,
		"Settings": settings{
			Endpoint: p.options.Endpoint,
			Schema:   p.options.Schema,
			Icon:     p.assets.path("icon.svg"),
			Examples: Examples(),
		},
	})
	if err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	writePage(w, contentPolicy(nonce), body.Bytes())
}

// contentPolicy allows the page's own scripts by their nonce and nothing of any
// other host. Styles need no 'unsafe-inline': GraphiQL sets style attributes by
// script, which is free, and gives the nonce to the style elements it makes.
// Fonts are written into its style sheet as data.
func contentPolicy(nonce string) string {
	return "default-src 'none'" +
		"; script-src 'nonce-" + nonce + "'" +
		"; style-src 'self' 'nonce-" + nonce + "'" +
		"; font-src data:" +
		"; img-src 'self' data:" +
		"; connect-src 'self'" +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
