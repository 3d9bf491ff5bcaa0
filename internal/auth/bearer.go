package auth

import "strings"

// maxBearer bounds an Authorization that is looked at, in bytes; a token of ours
// has a few hundred.
const maxBearer = 4096

// BearerToken returns the token of an Authorization, false when it holds none of
// the form of RFC 6750.
func BearerToken(authorization string) (token string, ok bool) {
	scheme, token, _ := strings.Cut(authorization, " ")
	if len(authorization) > maxBearer || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	token = strings.TrimLeft(token, " ")
	body := strings.TrimRight(token, "=")
	return token, body != "" && strings.IndexFunc(body, isNoBearer) < 0
}

// isNoBearer reports whether r has no place in a token.
func isNoBearer(r rune) bool {
	switch {
	case 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return false
	default:
		return !strings.ContainsRune("._~+/-", r)
	}
}
