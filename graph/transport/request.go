package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

// The members of a request; all others are ignored.
const (
	memberQuery         = "query"
	memberOperationName = "operationName"
	memberVariables     = "variables"
	memberExtensions    = "extensions"
)

func isMember(name string) bool {
	switch name {
	case memberQuery, memberOperationName, memberVariables, memberExtensions:
		return true
	}
	return false
}

// decodeBody reads the JSON object of a POST. Every refusal is BAD_USER_INPUT
// and names a member or a position, never the content.
func decodeBody(body []byte) (*graphql.RawParams, *errs.Error) {
	if !utf8.Valid(body) {
		return nil, errs.BadUserInput("The request body is not valid UTF-8.")
	}
	content := bytes.TrimLeft(body, " \t\r\n")
	if len(content) == 0 {
		return nil, errs.BadUserInput(`The request body is empty; send a JSON object such as {"query": "{ __typename }"}.`)
	}
	if refusal := checkSyntax(body); refusal != nil {
		return nil, refusal
	}
	switch content[0] {
	case '{':
	case '[':
		return nil, errs.BadUserInput("Batches are not served; send one operation a request.")
	default:
		return nil, errs.BadUserInput("The request body must be a JSON object.")
	}
	members, refusal := splitMembers(body)
	if refusal != nil {
		return nil, refusal
	}
	return newParams(members)
}

// checkSyntax refuses what is not exactly one JSON value.
func checkSyntax(body []byte) *errs.Error {
	err := json.Unmarshal(body, new(json.RawMessage))
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return errs.BadUserInput("The request body is not valid JSON; the error is at byte %d.", syntax.Offset)
	}
	return errs.BadUserInput("The request body is not valid JSON.")
}

// splitMembers returns the known members of a valid JSON object. It compares
// names exactly and refuses a member given twice: another reader of the same
// body (a proxy, a log) may take the other one.
func splitMembers(object []byte) (map[string]json.RawMessage, *errs.Error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil, errs.BadUserInput("The request body is not valid JSON.")
	}
	members := map[string]json.RawMessage{}
	for dec.More() {
		token, err := dec.Token()
		name, isName := token.(string)
		var value json.RawMessage
		if err != nil || !isName || dec.Decode(&value) != nil {
			return nil, errs.BadUserInput("The request body is not valid JSON.")
		}
		if !isMember(name) {
			continue
		}
		if _, twice := members[name]; twice {
			return nil, errs.BadUserInput("%q is given twice.", name)
		}
		members[name] = value
	}
	return members, nil
}

// decodeURL reads the parameters of a GET; variables and extensions are JSON.
func decodeURL(rawQuery string) (*graphql.RawParams, *errs.Error) {
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, errs.BadUserInput("The query string of the URL is malformed.")
	}
	members := map[string]json.RawMessage{}
	for name, list := range values {
		if !isMember(name) {
			continue
		}
		if len(list) > 1 {
			return nil, errs.BadUserInput("%q is given twice.", name)
		}
		switch {
		case !utf8.ValidString(list[0]):
			return nil, errs.BadUserInput("%q is not valid UTF-8.", name)
		case name == memberQuery || name == memberOperationName:
			text, err := json.Marshal(list[0])
			if err != nil {
				return nil, errs.BadUserInput("%q is malformed.", name)
			}
			members[name] = text
		case list[0] == "":
		case !json.Valid([]byte(list[0])):
			return nil, errs.BadUserInput("%q is not valid JSON.", name)
		default:
			members[name] = json.RawMessage(list[0])
		}
	}
	return newParams(members)
}

// newParams converts members, each of them valid JSON, and refuses wrong types,
// a missing query and NUL characters, which no text of the database can hold.
func newParams(members map[string]json.RawMessage) (*graphql.RawParams, *errs.Error) {
	var p graphql.RawParams
	for name, target := range map[string]*string{memberQuery: &p.Query, memberOperationName: &p.OperationName} {
		if raw, ok := members[name]; ok && json.Unmarshal(raw, target) != nil {
			return nil, errs.BadUserInput("%q must be a string.", name)
		}
		if strings.ContainsRune(*target, 0) {
			return nil, nulRefusal(name)
		}
	}
	for name, target := range map[string]*map[string]any{memberVariables: &p.Variables, memberExtensions: &p.Extensions} {
		refusal := decodeObject(name, members[name], target)
		if refusal != nil {
			return nil, refusal
		}
	}
	if _, persisted := p.Extensions["persistedQuery"]; p.Query == "" && !persisted {
		return nil, errs.BadUserInput(`The request has no "query".`)
	}
	return &p, nil
}

// decodeObject decodes raw, valid JSON or empty, into target; null is no object.
func decodeObject(name string, raw json.RawMessage, target *map[string]any) *errs.Error {
	if len(raw) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // integers beyond 2^53 stay exact
	if dec.Decode(target) != nil {
		return errs.BadUserInput("%q must be a JSON object.", name)
	}
	if bytes.Contains(raw, []byte(nulEscape)) && holdsNUL(*target) {
		return nulRefusal(name)
	}
	return nil
}

// nulEscape is the only way in which valid JSON can hold a NUL character.
const nulEscape = `\u0000`

func nulRefusal(name string) *errs.Error {
	return errs.BadUserInput("%q holds a NUL character.", name)
}

// holdsNUL reports whether a string or a key inside a decoded JSON value does.
func holdsNUL(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		for _, item := range v {
			if holdsNUL(item) {
				return true
			}
		}
	case map[string]any:
		for key, item := range v {
			if strings.ContainsRune(key, 0) || holdsNUL(item) {
				return true
			}
		}
	}
	return false
}
