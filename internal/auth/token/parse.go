package token

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// mediaType is the typ of a token. RFC 9068 also allows it with the prefix
// application/, which no token of ours has.
const mediaType = "at+jwt"

// header is what the header of a token says.
type header struct {
	algorithm, keyID string
}

// parseHeader reads a header. It may hold what Sign writes and nothing else: that
// leaves no room for keys and addresses of keys (jwk, jku, x5c, x5u), for
// extensions that would have to be understood (crit, b64), nor for compression.
func parseHeader(data []byte) (header, error) {
	members, err := parseObject(data)
	if err != nil {
		return header{}, fmt.Errorf("header: %w", err)
	}
	var h header
	var kind string
	for name, target := range map[string]*string{"alg": &h.algorithm, "kid": &h.keyID, "typ": &kind} {
		if *target, err = members.text(name); err != nil {
			return header{}, err
		}
		delete(members, name)
	}
	switch {
	case len(members) > 0:
		return header{}, errors.New("the header holds more than typ, alg and kid")
	case kind != mediaType:
		return header{}, errors.New("typ is another one")
	default:
		return h, nil
	}
}

// parsePayload reads claims. Those that it does not know say nothing to it, so
// that servers of two versions understand each other.
func parsePayload(data []byte) (payload, error) {
	members, err := parseObject(data)
	if err != nil {
		return payload{}, fmt.Errorf("payload: %w", err)
	}
	var p payload
	for name, target := range map[string]*string{
		"iss": &p.Issuer, "sub": &p.Subject, "aud": &p.Audience, "sid": &p.Session, "jti": &p.ID,
	} {
		if *target, err = members.text(name); err != nil {
			return payload{}, err
		}
	}
	for name, target := range map[string]*int64{"exp": &p.Expires, "iat": &p.IssuedAt} {
		if *target, err = members.seconds(name); err != nil {
			return payload{}, err
		}
	}
	return p, nil
}

// members are the names and values of a JSON object.
type members map[string]json.RawMessage

// parseObject reads one JSON object and nothing after it. A name that stands
// twice is an error: two readers could take two values for it. Names are told
// apart by case, other than where encoding/json fills a struct.
func parseObject(data []byte) (members, error) {
	malformed := errors.New("is no JSON object")
	d := json.NewDecoder(bytes.NewReader(data))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		return nil, malformed
	}
	object := members{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, malformed
		}
		if _, ok := object[name]; ok {
			return nil, errors.New("a name stands twice")
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil, malformed
		}
		object[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, malformed
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	return object, nil
}

// text returns the string of a name, which must be there.
func (m members) text(name string) (string, error) {
	var text string
	if json.Unmarshal(m[name], &text) != nil {
		return "", fmt.Errorf("%s is no string, or missing", name)
	}
	return text, nil
}

// seconds returns the time of a name, in seconds since 1970, which must be there.
func (m members) seconds(name string) (int64, error) {
	n, err := strconv.ParseInt(string(m[name]), 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is no whole number of seconds, or missing", name)
	}
	return n, nil
}

// decodeSegment decodes base64url in its one canonical form. The decoder alone
// would pass over line breaks.
func decodeSegment(text string) ([]byte, error) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(decoded) != text {
		return nil, errors.New("a segment is not in canonical base64url")
	}
	return decoded, nil
}
