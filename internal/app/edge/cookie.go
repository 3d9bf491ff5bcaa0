package edge

import (
	"net/http"
	"sync"
	"time"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// cookie is the one that keeps a browser's refresh token out of the reach of its
// pages' scripts.
type cookie struct {
	name   string
	secure bool
}

// newCookie takes the prefix that keeps other hosts of a domain from setting the
// cookie, which browsers take over https alone.
func newCookie(production bool) cookie {
	if production {
		return cookie{name: "__Host-nexus_refresh", secure: true}
	}
	return cookie{name: "nexus_refresh"}
}

// withCookie gives the refresh cookie to a POST from a page of ours, refuses one
// that has the cookie and is not known to come from there, and lets a page of
// ours, or a client that is no browser, get the cookie.
func (e *Edge) withCookie(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		client := auth.ClientOf(r.Context())
		sender := e.origins.senderOf(r)
		cookies := r.CookiesNamed(e.cookie.name)
		if len(cookies) > 0 && sender != senderOurs {
			transport.Refuse(w, r, errs.New(errs.CodeForbidden,
				"A request with the refresh cookie must come from a page of this server or of an allowed origin."))
			return
		}
		if len(cookies) == 1 { // of several, nobody knows which one is ours
			client.RefreshToken = cookies[0].Value
		}
		if sender != senderForeign {
			client.SetRefreshToken = e.cookie.setter(w)
		}
		next.ServeHTTP(w, r.WithContext(auth.WithClient(r.Context(), client)))
	})
}

// setter returns a function that puts the cookie into the header of the answer,
// in place of one that it put there before. Once the answer has begun it has no
// effect.
func (c cookie) setter(w http.ResponseWriter) func(token string, until time.Time) {
	var mu sync.Mutex
	others, called := []string(nil), false
	return func(token string, until time.Time) {
		mu.Lock()
		defer mu.Unlock()
		if !called {
			others, called = w.Header().Values("Set-Cookie"), true
		}
		line := c.make(token, until).String()
		w.Header()["Set-Cookie"] = append(others[:len(others):len(others)], line)
	}
}

func (c cookie) make(token string, until time.Time) *http.Cookie {
	kept := &http.Cookie{ //nolint:gosec // Secure is right in production only: development has no https
		Name: c.name, Value: token, Path: "/", Expires: until,
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteStrictMode,
	}
	seconds := int(time.Until(until) / time.Second)
	if token == "" || seconds <= 0 {
		kept.Value, kept.Expires, kept.MaxAge = "", time.Unix(1, 0), -1
		return kept
	}
	kept.MaxAge = seconds
	return kept
}
