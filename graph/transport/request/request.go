// Package request reads what clients send to the GraphQL endpoint: bytes in, the
// members of a request or a refusal out. It does no more than that; the transports
// say which requests they take and run the operations.
//
// Every refusal is BAD_USER_INPUT and names a member, a variable or a position,
// never the content. Text that PostgreSQL or JSON could not give back as it came
// is refused: NUL characters, bytes that are not UTF-8, halves of surrogate pairs.
package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
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

// Decode reads the JSON object of a POST or of a message.
func Decode(body []byte) (*graphql.RawParams, *errs.Error) {
	return decodeOperation("The request body", body)
}

// decodeOperation is Decode for an object that messages call what.
func decodeOperation(what string, body []byte) (*graphql.RawParams, *errs.Error) {
	if !utf8.Valid(body) {
		return nil, refuseEncoding(what, body)
	}
	content := bytes.TrimLeft(body, " \t\r\n")
	if len(content) == 0 {
		return nil, errs.BadUserInput(`%s is empty; send a JSON object such as {"query": "{ __typename }"}.`, what)
	}
	if refusal := checkSyntax(what, body); refusal != nil {
		return nil, refusal
	}
	switch content[0] {
	case '{':
	case '[':
		return nil, errs.BadUserInput("Batches are not served; send one operation a request.")
	default:
		return nil, errs.BadUserInput("%s must be a JSON object.", what)
	}
	members, refusal := splitMembers(what, body, isMember)
	if refusal != nil {
		return nil, refusal
	}
	return newParams(members)
}

// checkSyntax refuses what is not exactly one JSON value.
func checkSyntax(what string, body []byte) *errs.Error {
	err := json.Unmarshal(body, new(json.RawMessage))
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return errs.BadUserInput("%s is not valid JSON; the error is at byte %d.", what, syntax.Offset)
	}
	return errs.BadUserInput("%s is not valid JSON.", what)
}

// splitMembers returns the wanted members of a valid JSON object. It compares
// names exactly and refuses a member given twice: another reader of the same
// body (a proxy, a log) may take the other one.
func splitMembers(what string, object []byte, wanted func(string) bool) (map[string]json.RawMessage, *errs.Error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil, errs.BadUserInput("%s is not valid JSON.", what)
	}
	members := map[string]json.RawMessage{}
	for dec.More() {
		token, err := dec.Token()
		name, isName := token.(string)
		var value json.RawMessage
		if err != nil || !isName || dec.Decode(&value) != nil {
			return nil, errs.BadUserInput("%s is not valid JSON.", what)
		}
		if !wanted(name) {
			continue
		}
		if _, twice := members[name]; twice {
			return nil, errs.BadUserInput("%q is given twice.", PathName([]string{name}))
		}
		members[name] = value
	}
	return members, nil
}

// DecodeURL reads the parameters of a GET; variables and extensions are JSON.
func DecodeURL(rawQuery string) (*graphql.RawParams, *errs.Error) {
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
// a missing query and broken text.
func newParams(members map[string]json.RawMessage) (*graphql.RawParams, *errs.Error) {
	for _, name := range []string{memberQuery, memberOperationName, memberVariables, memberExtensions} {
		if refusal := checkText(name, members[name]); refusal != nil {
			return nil, refusal
		}
	}
	var p graphql.RawParams
	for name, target := range map[string]*string{memberQuery: &p.Query, memberOperationName: &p.OperationName} {
		if raw, ok := members[name]; ok && json.Unmarshal(raw, target) != nil {
			return nil, errs.BadUserInput("%q must be a string.", name)
		}
	}
	for name, target := range map[string]*map[string]any{memberVariables: &p.Variables, memberExtensions: &p.Extensions} {
		if decode(members[name], target) != nil {
			return nil, errs.BadUserInput("%q must be a JSON object.", name)
		}
	}
	if _, persisted := p.Extensions["persistedQuery"]; p.Query == "" && !persisted {
		return nil, errs.BadUserInput(`The request has no "query".`)
	}
	return &p, nil
}

// decode decodes raw, valid JSON or empty, into target. Integers beyond 2^53
// stay exact.
func decode(raw json.RawMessage, target any) error {
	if len(raw) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return dec.Decode(target)
}
