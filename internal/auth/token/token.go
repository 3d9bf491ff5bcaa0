// Package token makes and checks access tokens, and keeps the keys that sign
// them.
//
// A token is a signed JWT in the profile of RFC 9068 (typ at+jwt), without its
// client_id, as there is but one client: Nexus itself. It lives for five minutes
// and says who signed in (sub) and with which session (sid); whether that session
// still stands is asked elsewhere.
//
// Invariants: a token is good only in the one form that Sign writes: three
// segments in canonical base64url, a header of typ, alg and kid and nothing else,
// the algorithm that belongs to the key, every claim present and of its type. No
// key ever comes from a token, and nothing in a token leads to a call to the
// outside. Keys are published before they sign, and are kept until the last token
// that they signed has expired.
//
// Errors: Verify answers every bad token with one and the same UNAUTHENTICATED,
// whose cause is for logs and holds nothing of the token. Sign returns UNAVAILABLE
// while the keys cannot be read. Those of Open, Rotate and List are for operators.
package token

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jws"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	// lifetime is how long a token is good for.
	lifetime = 5 * time.Minute
	// leeway is how far the clocks of two servers may be apart.
	leeway = 30 * time.Second
	// maxLength bounds what is looked at at all; a token has about 500 bytes.
	maxLength = 4096
)

// Claims is what a token says.
type Claims struct {
	User    id.User
	Session id.Session
	// Expires is when the token ends. Verify reads it; Sign sets it itself.
	Expires time.Time
}

// payload is the set of claims as it is written.
type payload struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Session  string `json:"sid"`
	Expires  int64  `json:"exp"`
	IssuedAt int64  `json:"iat"`
	ID       string `json:"jti"`
}

// Sign returns a token that says c, and when it expires.
func (k *Keys) Sign(ctx context.Context, c Claims) (text string, expires time.Time, err error) {
	now := k.now().UTC().Truncate(time.Second)
	signer, err := k.signer(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	expires = now.Add(lifetime)
	claims, err := json.Marshal(payload{
		Issuer:   k.issuer,
		Subject:  id.Any{Prefix: c.User.Prefix(), UUID: c.User.UUID}.String(),
		Audience: k.audience,
		Session:  id.Any{Prefix: c.Session.Prefix(), UUID: c.Session.UUID}.String(),
		Expires:  expires.Unix(),
		IssuedAt: now.Unix(),
		ID:       rand.Text(),
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign an access token: %w", err)
	}
	signed, err := jws.Sign(claims, jws.WithKey(signer.algorithm, signer.private, jws.WithProtectedHeaders(signer.headers)))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign an access token: %w", err)
	}
	return string(signed), expires, nil
}

// Verify returns what a good token says. All others are UNAUTHENTICATED, in the
// same words whatever is wrong with them.
func (k *Keys) Verify(ctx context.Context, text string) (Claims, error) {
	claims, err := k.verify(ctx, text)
	if err != nil {
		return Claims{}, errs.New(errs.CodeUnauthenticated, "The access token is not valid. Renew the session, or sign in.").Because(err)
	}
	return claims, nil
}

func (k *Keys) verify(ctx context.Context, text string) (Claims, error) {
	if len(text) > maxLength {
		return Claims{}, errors.New("the token is too long")
	}
	parts := strings.SplitN(text, ".", 4)
	if len(parts) != 3 {
		return Claims{}, errors.New("the token has not three segments")
	}
	var segments [3][]byte
	for i, part := range parts {
		decoded, err := decodeSegment(part)
		if err != nil {
			return Claims{}, err
		}
		segments[i] = decoded
	}
	h, err := parseHeader(segments[0])
	if err != nil {
		return Claims{}, err
	}
	signer, err := k.find(ctx, h.keyID)
	if err != nil {
		return Claims{}, err
	}
	if h.algorithm != signer.algorithm.String() {
		return Claims{}, errors.New("alg is not that of the key")
	}
	signed := text[:len(parts[0])+1+len(parts[1])]
	if signer.verifier.Verify([]byte(signed), segments[2], signer.public) != nil {
		return Claims{}, errors.New("the signature is wrong")
	}
	return k.check(segments[1])
}

// check reads the claims of a token whose signature is good.
func (k *Keys) check(data []byte) (Claims, error) {
	p, err := parsePayload(data)
	if err != nil {
		return Claims{}, err
	}
	now := k.now()
	switch {
	case p.Issuer != k.issuer:
		return Claims{}, errors.New("iss is another one")
	case p.Audience != k.audience:
		return Claims{}, errors.New("aud is another one")
	case p.ID == "":
		return Claims{}, errors.New("jti is empty")
	case !now.Before(time.Unix(p.Expires, 0)):
		return Claims{}, errors.New("the token has expired")
	case time.Unix(p.IssuedAt, 0).After(now.Add(leeway)):
		return Claims{}, errors.New("iat is in the future")
	case p.Expires <= p.IssuedAt || p.Expires-p.IssuedAt > int64(lifetime/time.Second):
		return Claims{}, errors.New("the token lives for another time than ours")
	}
	user, err := parseID[id.User](p.Subject)
	if err != nil {
		return Claims{}, errors.New("sub is no user")
	}
	session, err := parseID[id.Session](p.Session)
	if err != nil {
		return Claims{}, errors.New("sid is no session")
	}
	return Claims{User: user, Session: session, Expires: time.Unix(p.Expires, 0).UTC()}, nil
}

func parseID[T id.Typed](text string) (T, error) {
	parsed, err := id.Parse(text)
	if err != nil {
		var none T
		return none, err
	}
	return id.As[T](parsed)
}
