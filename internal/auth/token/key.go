package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// key is a signing key, ready for use.
type key struct {
	id        string
	algorithm jwa.SignatureAlgorithm
	private   crypto.Signer
	public    crypto.PublicKey
	verifier  jws.Verifier
	// headers are those of the tokens that it signs.
	headers jws.Headers
	// published is its public half, a JWK.
	published json.RawMessage
}

// errKind says which keys are of use.
func errKind(found string) error {
	return fmt.Errorf("the key is %s; wanted one for Ed25519 or P-256", found)
}

// newKey prepares a private key: Ed25519 signs as EdDSA, P-256 as ES256. Its id is
// the thumbprint of RFC 7638.
func newKey(private any) (*key, error) {
	k := &key{}
	switch p := private.(type) {
	case ed25519.PrivateKey:
		k.algorithm, k.private = jwa.EdDSA, p
	case *ecdsa.PrivateKey:
		if p.Curve != elliptic.P256() {
			return nil, errKind("for the curve " + p.Curve.Params().Name)
		}
		k.algorithm, k.private = jwa.ES256, p
	default:
		return nil, errKind(fmt.Sprintf("a %T", private))
	}
	k.public = k.private.Public()
	verifier, err := jws.NewVerifier(k.algorithm)
	if err != nil {
		return nil, err
	}
	k.verifier = verifier
	if err := k.describe(); err != nil {
		return nil, err
	}
	return k, nil
}

// describe sets the id of the key, and what the world gets to see of it.
func (k *key) describe() error {
	public, err := jwk.FromRaw(k.public)
	if err != nil {
		return err
	}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return err
	}
	k.id = base64.RawURLEncoding.EncodeToString(thumbprint)
	k.headers = jws.NewHeaders()
	err = errors.Join(
		public.Set(jwk.KeyIDKey, k.id),
		public.Set(jwk.AlgorithmKey, k.algorithm),
		public.Set(jwk.KeyUsageKey, jwk.ForSignature),
		k.headers.Set(jws.KeyIDKey, k.id),
		k.headers.Set(jws.TypeKey, mediaType),
	)
	if err != nil {
		return err
	}
	k.published, err = json.Marshal(public)
	return err
}

// newRow makes a new Ed25519 key, to be stored.
func newRow(created, signsFrom time.Time) (row, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return row{}, err
	}
	k, err := newKey(private)
	if err != nil {
		return row{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return row{}, err
	}
	// PostgreSQL keeps microseconds.
	created, signsFrom = created.UTC().Truncate(time.Microsecond), signsFrom.UTC().Truncate(time.Microsecond)
	return row{ID: k.id, Algorithm: k.algorithm.String(), PrivateKey: der, CreatedAt: created, SignsFrom: signsFrom}, nil
}

// key reads a stored key.
func (r row) key() (*key, error) {
	private, err := x509.ParsePKCS8PrivateKey(r.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("signing key %s cannot be read", r.ID)
	}
	k, err := newKey(private)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", r.ID, err)
	}
	if k.id != r.ID {
		return nil, fmt.Errorf("signing key %s is stored under the id of another", k.id)
	}
	return k, nil
}
