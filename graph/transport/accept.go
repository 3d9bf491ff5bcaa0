package transport

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The two media types of an answer.
const (
	mediaResponse = "application/graphql-response+json"
	mediaJSON     = "application/json"
)

// mediaEvents is that of an event stream.
const mediaEvents = "text/event-stream"

// WantsEvents reports whether a request prefers an event stream to one answer.
// Some clients name the stream with every request, after the types of an answer:
// they get an answer.
func WantsEvents(r *http.Request) bool {
	var events, answer preference
	for _, element := range splitList(strings.Join(r.Header.Values("Accept"), ",")) {
		name, weight, ok := parseRange(element)
		switch {
		case !ok:
		case name == mediaEvents:
			events = events.refine(matchExact, weight)
		default:
			answer = answer.refine(max(matchOf(name, mediaJSON), matchOf(name, mediaResponse)), weight)
		}
	}
	if events.weight == answer.weight {
		return events.weight > 0 && answer.match < matchExact
	}
	return events.weight > answer.weight
}

// Streams reports whether a request asks for a connection that stays open: a
// WebSocket or an event stream.
func Streams(r *http.Request) bool {
	return OpensWebSocket(r) || (r.Method == http.MethodGet || r.Method == http.MethodPost) && WantsEvents(r)
}

// How closely a media range names a type; the closer range decides its weight.
const (
	matchNone = iota
	matchAny
	matchApplication
	matchExact
)

// preference is the weight (0 to 1) that Accept gives a media type, and how
// closely the range that gave it names the type.
type preference struct {
	match  int
	weight float64
}

// negotiate chooses the media type of the answer from the values of the Accept
// header; ok is false when it allows neither type.
//
// The higher weight wins. At equal weights graphql-response+json wins where it is
// named; where a wildcard alone covers it, application/json does, as clients
// without an opinion know that one.
func negotiate(accept []string) (media string, ok bool) {
	header := strings.TrimSpace(strings.Join(accept, ","))
	if header == "" {
		return mediaJSON, true
	}
	var response, plain preference
	for _, element := range splitList(header) {
		name, weight, ok := parseRange(element)
		if !ok {
			continue
		}
		response = response.refine(matchOf(name, mediaResponse), weight)
		plain = plain.refine(matchOf(name, mediaJSON), weight)
	}
	switch {
	case response.weight == 0 && plain.weight == 0:
		return "", false
	case response.weight != plain.weight:
		return pick(response.weight > plain.weight), true
	default:
		return pick(response.match == matchExact), true
	}
}

func pick(response bool) string {
	if response {
		return mediaResponse
	}
	return mediaJSON
}

// refine returns p after one more range that names its type by match.
func (p preference) refine(match int, weight float64) preference {
	if match > p.match || match == p.match && match != matchNone && weight > p.weight {
		return preference{match, weight}
	}
	return p
}

// matchOf tells how closely the media range name covers media.
func matchOf(name, media string) int {
	switch name {
	case media:
		return matchExact
	case "application/*":
		return matchApplication
	case "*/*":
		return matchAny
	}
	return matchNone
}

// parseRange reads one element of Accept. It is not ok when it is malformed or
// asks for a charset other than UTF-8; other parameters are ignored.
func parseRange(element string) (name string, weight float64, ok bool) {
	name, params, err := mime.ParseMediaType(element)
	if err != nil {
		return "", 0, false
	}
	if charset, has := params["charset"]; has && !isUTF8(charset) {
		return "", 0, false
	}
	weight = 1
	if q, has := params["q"]; has {
		weight, err = strconv.ParseFloat(q, 64)
		if err != nil || !(weight >= 0 && weight <= 1) { // the form refuses NaN too
			return "", 0, false
		}
	}
	return name, weight, true
}

// splitList splits a header at its commas, except those inside quoted strings.
func splitList(header string) []string {
	var list []string
	start, quoted := 0, false
	for i := 0; i < len(header); i++ {
		switch {
		case quoted && header[i] == '\\':
			i++
		case header[i] == '"':
			quoted = !quoted
		case header[i] == ',' && !quoted:
			list = append(list, header[start:i])
			start = i + 1
		}
	}
	return append(list, header[start:])
}
