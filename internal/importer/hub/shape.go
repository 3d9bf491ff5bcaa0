package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// shape is what a value of hub.json may hold. A nil shape is a plain value.
type shape struct {
	fields map[string]*shape // of an object
	items  *shape            // of a list
	values *shape            // of an object whose names are free
}

func hubShape() *shape {
	object := func(names ...string) *shape {
		s := &shape{fields: map[string]*shape{}}
		for _, name := range names {
			s.fields[name] = nil
		}
		return s
	}
	hub := object("$schema", "version")
	cohort := object("key", "program", "name", "startsOn", "endsOn", "visibility")
	cohort.fields["members"] = &shape{items: object("handle", "role")}
	hub.fields["users"] = &shape{items: object("handle", "displayName", "bio")}
	hub.fields["cohorts"] = &shape{items: cohort}
	hub.fields["files"] = &shape{values: object("owner", "cohort", "program")}
	return hub
}

// place is where in the text a value stands.
type place struct{ line, column int }

func placeOf(text []byte, offset int64) place {
	before := text[:min(max(offset, 0), int64(len(text)))]
	line := bytes.Count(before, []byte("\n"))
	start := bytes.LastIndexByte(before, '\n') + 1
	return place{line + 1, len([]rune(string(before[start:]))) + 1}
}

// scanner compares the text with a shape, and notes where each value stands.
type scanner struct {
	text    []byte
	decoder *json.Decoder
	places  map[string]place
	faults  []fault
}

// scan walks over the whole text. It returns an error for broken JSON; what
// has another shape becomes a fault.
func scan(text []byte) (*scanner, error) {
	s := &scanner{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), places: map[string]place{}}
	s.decoder.UseNumber()
	err := s.value("", hubShape())
	if err == nil {
		if _, err = s.decoder.Token(); errors.Is(err, io.EOF) {
			return s, nil
		}
		err = errors.New("there is something after the end of the object")
	}
	offset := s.decoder.InputOffset()
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = afterBlanks(text, syntax.Offset-1)
	}
	p := placeOf(text, offset)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the text ends too early")
	}
	return nil, fmt.Errorf("line %d, column %d: %w", p.line, p.column, err)
}

func (s *scanner) value(path string, want *shape) error {
	start := s.next()
	s.places[path] = start
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return s.object(path, want)
	case json.Delim('['):
		return s.list(path, want)
	}
	return nil
}

func (s *scanner) object(path string, want *shape) error {
	seen := map[string]bool{}
	for s.decoder.More() {
		here := s.next()
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		inner := join(path, name)
		if want != nil && want.values != nil {
			inner = at(path, name)
		}
		if seen[name] {
			s.faults = append(s.faults, fault{inner, here, "stands there twice"})
		}
		seen[name] = true
		if err := s.value(inner, s.shapeOf(want, name, inner, here)); err != nil {
			return err
		}
	}
	_, err := s.decoder.Token()
	return err
}

func (s *scanner) shapeOf(want *shape, name, inner string, here place) *shape {
	if want == nil {
		return nil
	}
	if want.fields != nil {
		field, known := want.fields[name]
		if !known {
			s.faults = append(s.faults, fault{inner, here, "is no field of this format"})
		}
		return field
	}
	return want.values
}

func (s *scanner) list(path string, want *shape) error {
	var items *shape
	if want != nil {
		items = want.items
	}
	for i := 0; s.decoder.More(); i++ {
		if err := s.value(at(path, i), items); err != nil {
			return err
		}
	}
	_, err := s.decoder.Token()
	return err
}

// next is the place of the next token: the decoder stands before the blanks,
// the comma or the colon that precede it.
func (s *scanner) next() place {
	return placeOf(s.text, afterBlanks(s.text, s.decoder.InputOffset()))
}

func afterBlanks(text []byte, offset int64) int64 {
	for offset < int64(len(text)) && strings.IndexByte(" \t\r\n,:", text[offset]) >= 0 {
		offset++
	}
	return offset
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// at writes a path: names of files and positions in brackets, fields with dots.
func at(parts ...any) string {
	var path string
	for i, part := range parts {
		switch part := part.(type) {
		case int:
			path += "[" + strconv.Itoa(part) + "]"
		case string:
			switch {
			case i == 0:
				path = part
			case strings.HasSuffix(path, "files"):
				path += "[" + strconv.Quote(part) + "]"
			default:
				path = join(path, part)
			}
		}
	}
	return path
}
