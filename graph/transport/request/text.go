package request

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/errs"
)

// nulEscape is the only way in which valid JSON can hold a NUL character. What
// decoding would mend in silence is replaced by it, to be found in the decoded
// value.
const nulEscape = `\u0000`

// What is wrong with a text, as messages say it.
const (
	HoldsNUL  = "holds a NUL character"
	HoldsHalf = "holds half of a surrogate pair"
	notUTF8   = "is not valid UTF-8"
)

// checkText refuses NUL characters and halves of surrogate pairs in a member,
// which is valid JSON or empty.
func checkText(member string, raw json.RawMessage) *errs.Error {
	if marked := MarkHalves(string(raw)); marked != "" {
		return refuseText(member, json.RawMessage(marked), HoldsHalf)
	}
	if bytes.Contains(raw, []byte(nulEscape)) {
		return refuseText(member, raw, HoldsNUL)
	}
	return nil
}

// refuseEncoding says where a body is not valid UTF-8, if that is in a member.
func refuseEncoding(what string, body []byte) *errs.Error {
	members, refusal := splitMembers(what, bytes.ToValidUTF8(body, []byte(nulEscape)), isMember)
	if refusal == nil {
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if refusal := refuseText(name, members[name], notUTF8); refusal != nil {
				return refusal
			}
		}
	}
	return errs.BadUserInput("%s %s.", what, notUTF8)
}

// refuseText says what is wrong with the first text of a member that holds a NUL
// character; nil when none does.
func refuseText(member string, raw json.RawMessage, what string) *errs.Error {
	var value any
	if decode(raw, &value) != nil {
		return nil //nolint:nilerr // what is broken outside of its texts is refused elsewhere
	}
	path, found := pathToNUL(value)
	switch {
	case !found:
		return nil
	case member == memberVariables && len(path) > 0:
		return errs.BadUserInput("Variable %q %s.", "$"+PathName(path), what).At(path...)
	default:
		return errs.BadUserInput("%q %s.", member, what)
	}
}

// pathToNUL leads to the first string, or to the object with a key, that holds a
// NUL character.
func pathToNUL(value any) (path []string, found bool) {
	switch v := value.(type) {
	case string:
		return nil, strings.ContainsRune(v, 0)
	case []any:
		for i, item := range v {
			if path, found = pathToNUL(item); found {
				return append([]string{strconv.Itoa(i)}, path...), true
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if strings.ContainsRune(key, 0) {
				return nil, true
			}
			if path, found = pathToNUL(v[key]); found {
				return append([]string{key}, path...), true
			}
		}
	}
	return nil, false
}

// PathName joins the steps to a value for a message. They may come from the
// client, so each is cut.
func PathName(path []string) string {
	const longest, most = 40, 20
	shown := make([]string, 0, len(path))
	for _, step := range path[:min(len(path), most)] {
		if utf8.RuneCountInString(step) > longest {
			step = string([]rune(step)[:longest]) + "…"
		}
		shown = append(shown, step)
	}
	if len(path) > most {
		shown = append(shown, "…")
	}
	return strings.Join(shown, ".")
}
