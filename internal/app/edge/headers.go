package edge

import (
	"net/http"
	"strings"
)

// withSecurityHeaders tells browsers to do nothing with an answer that an API has
// no need of. Handlers of pages replace the Content-Security-Policy by their own.
//
// Cross-Origin-Resource-Policy does not keep allowed origins out: browsers apply it
// to requests without CORS alone.
func (e *Edge) withSecurityHeaders(next http.Handler) http.Handler {
	headers := map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Content-Security-Policy":      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	}
	if e.options.Production && strings.HasPrefix(e.options.PublicURL, "https://") {
		// Without includeSubDomains: those are not ours to decide about.
		headers["Strict-Transport-Security"] = "max-age=31536000"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}
