package config

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"os"
)

// isSigningKeyFile reports whether the file holds a private key that can sign
// access tokens, so that a wrong file is told at the start with all the other
// problems, and not at the first sign-in.
func isSigningKeyFile(path string) bool {
	content, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	// Parameters of the curve may stand in a block before the key.
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if canSign(block.Bytes) {
			return true
		}
	}
	return false
}

func canSign(der []byte) bool {
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key.Curve == elliptic.P256()
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return false
	}
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return true
	case *ecdsa.PrivateKey:
		return key.Curve == elliptic.P256()
	default:
		return false
	}
}
