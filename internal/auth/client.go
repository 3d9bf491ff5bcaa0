package auth

import (
	"context"
	"net/netip"
	"time"
)

// Client is where a request comes from, as the HTTP edge found out, and the way
// to its refresh cookie. The zero value is a caller inside the process.
type Client struct {
	// Address is that of the client itself; behind trusted proxies, the one they
	// name. It is invalid when unknown.
	Address netip.Addr
	// UserAgent is what the client calls itself, at most 200 bytes.
	UserAgent string
	// RefreshToken is that of the cookie; "" without one.
	RefreshToken string
	// SetRefreshToken keeps a refresh token in the cookie until a time; an empty
	// token removes the cookie. It is nil where no cookie can be set.
	SetRefreshToken func(token string, until time.Time)
}

type clientKey struct{}

// WithClient returns a context of a request from c.
func WithClient(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientOf returns where the request of ctx comes from.
func ClientOf(ctx context.Context) Client {
	c, _ := ctx.Value(clientKey{}).(Client)
	return c
}

// Network returns the address that limits count: an IPv4 address, or the /64 of
// an IPv6 one, as a household or a machine has a whole /64 of its own. It is ""
// when the address is unknown.
func (c Client) Network() string {
	address := c.Address.Unmap()
	switch {
	case !address.IsValid():
		return ""
	case address.Is4():
		return address.String()
	default:
		prefix, err := address.WithZone("").Prefix(64)
		if err != nil {
			return address.String()
		}
		return prefix.String()
	}
}
