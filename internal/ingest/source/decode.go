package source

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/errs"
)

// tolerated is the share of bytes that may be no text: one in this many.
const tolerated = 50

// decode reads UTF-8, with or without a byte order mark, and UTF-16.
func decode(raw []byte) (string, []Finding, error) {
	if order := utf16Order(raw); order != nil {
		raw = fromUTF16(raw, order)
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", nil, errs.BadUserInput("is binary, not text: it holds NUL bytes")
	}
	text := string(raw)
	var findings []Finding
	if !utf8.ValidString(text) {
		if broken := invalidBytes(text); broken > 2 && broken > len(text)/tolerated {
			return "", nil, errs.BadUserInput("is binary or in an unknown encoding: %d of %d bytes are no UTF-8", broken, len(text))
		}
		findings = append(findings, Finding{Line: firstInvalidLine(text), Kind: InvalidEncoding})
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	if control := controls(text); control > 8 && control > len(text)/tolerated {
		return "", nil, errs.BadUserInput("is binary, not text: it holds %d control characters", control)
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), findings, nil
}

// utf16Order returns the byte order of UTF-16, by its mark or by the zero bytes
// of plain letters; nil when it is something else.
func utf16Order(raw []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	sample := raw[:min(len(raw), 512)&^1]
	var even, odd int
	for i, b := range sample {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	switch most := len(sample) / 2 * 3 / 4; {
	case len(sample) < 8:
		return nil
	case odd >= most && even == 0:
		return binary.LittleEndian
	case even >= most && odd == 0:
		return binary.BigEndian
	}
	return nil
}

func fromUTF16(raw []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

func invalidBytes(text string) int {
	broken := 0
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				broken++
			}
		}
	}
	return broken
}

func firstInvalidLine(text string) int {
	line := 1
	for i, r := range text {
		if r == '\n' {
			line++
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				break
			}
		}
	}
	return line
}

func controls(text string) int {
	n := 0
	for _, b := range []byte(text) {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != '\v' || b == 0x7f {
			n++
		}
	}
	return n
}
