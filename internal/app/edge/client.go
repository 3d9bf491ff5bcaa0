package edge

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/project-nexus/nexus/internal/auth"
)

const (
	// maxHops is how many proxies X-Forwarded-For may name; no real way is longer.
	maxHops = 20
	// maxUserAgent bounds what is kept of a client's name for itself, in bytes.
	maxUserAgent = 200
)

// withClient puts into the context where the request comes from.
func (e *Edge) withClient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := auth.Client{Address: e.addressOf(r), UserAgent: shortened(r.UserAgent())}
		next.ServeHTTP(w, r.WithContext(auth.WithClient(r.Context(), client)))
	})
}

// addressOf returns the peer's address or, behind trusted proxies, the first
// address from the right that is none of theirs: what stands left of it was
// written by the client. A malformed header counts as none.
func (e *Edge) addressOf(r *http.Request) netip.Addr {
	peer, ok := parseHop(r.RemoteAddr)
	if !ok || !e.trusts(peer) {
		return peer
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	client := peer
	for i := len(hops) - 1; i >= max(0, len(hops)-maxHops); i-- {
		hop, ok := parseHop(strings.TrimSpace(hops[i]))
		if !ok {
			return peer
		}
		client = hop
		if !e.trusts(hop) {
			break
		}
	}
	return client
}

func (e *Edge) trusts(address netip.Addr) bool {
	for _, network := range e.options.TrustedProxies {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// parseHop reads an address with or without a port.
func parseHop(s string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(s)
	if err != nil {
		withPort, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		address = withPort.Addr()
	}
	return address.Unmap().WithZone(""), true
}

// shortened returns s as valid UTF-8 of at most maxUserAgent bytes.
func shortened(s string) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) > maxUserAgent {
		s = strings.ToValidUTF8(s[:maxUserAgent], "")
	}
	return s
}
