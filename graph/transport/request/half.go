package request

import (
	"strconv"
	"strings"
)

// MarkHalves puts the escape of NUL in the place of each \u escape of a half
// surrogate pair, which decoders turn into U+FFFD; "" when there is none. JSON and
// GraphQL write these escapes alike.
func MarkHalves(text string) string {
	var marked strings.Builder
	kept := 0
	for i := 0; i < len(text); {
		unit, escaped := codeUnit(text[i:])
		switch {
		case text[i] != '\\':
			i++
		case !escaped: // the character after a backslash belongs to it
			i += 2
		case unit < 0xD800 || unit > 0xDFFF:
			i += len(nulEscape)
		case unit < 0xDC00 && isLowHalf(text[i+len(nulEscape):]):
			i += 2 * len(nulEscape)
		default:
			marked.WriteString(text[kept:i] + nulEscape)
			i += len(nulEscape)
			kept = i
		}
	}
	if kept == 0 {
		return ""
	}
	return marked.String() + text[kept:]
}

// codeUnit reads the escape of a UTF-16 code unit that text starts with.
func codeUnit(text string) (unit uint64, ok bool) {
	if len(text) < len(nulEscape) || text[:2] != `\u` {
		return 0, false
	}
	unit, err := strconv.ParseUint(text[2:len(nulEscape)], 16, 16)
	return unit, err == nil
}

func isLowHalf(text string) bool {
	unit, ok := codeUnit(text)
	return ok && unit >= 0xDC00 && unit <= 0xDFFF
}
