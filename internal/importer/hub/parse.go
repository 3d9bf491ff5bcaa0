package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
)

// fault is something that is wrong in a hub.json.
type fault struct {
	path  string
	place place
	text  string
}

// Parse reads and checks a hub.json. known reports whether the folder holds a
// document of that path.
func Parse(text []byte, known func(name string) bool) (*Hub, error) {
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	scanned, err := scan(text)
	if err != nil {
		return nil, errs.BadUserInput("is no valid JSON: %s", err)
	}
	h := &Hub{places: scanned.places}
	faults := scanned.faults
	if err := json.Unmarshal(text, h); err != nil {
		return nil, errs.BadUserInput("%s", wrongType(text, err))
	}
	c := checker{hub: h, faults: faults}
	c.check(known)
	return h, c.err()
}

func wrongType(text []byte, err error) string {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err.Error()
	}
	p := placeOf(text, wrong.Offset)
	field := wrong.Field
	if field == "" {
		field = "the top"
	}
	return fmt.Sprintf("line %d, column %d: %s is a JSON %s, which does not fit", p.line, p.column, field, wrong.Value)
}

// err joins the faults in the order of the text.
func (c *checker) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(c.faults, func(a, b fault) int {
		if a.place.line != b.place.line {
			return a.place.line - b.place.line
		}
		return a.place.column - b.place.column
	})
	const most = 20
	var lines []string
	for _, f := range c.faults[:min(most, len(c.faults))] {
		lines = append(lines, fmt.Sprintf("line %d, column %d: %s %s", f.place.line, f.place.column, f.path, f.text))
	}
	if more := len(c.faults) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return errs.BadUserInput("%s", strings.Join(lines, "; "))
}

// at describes the place of a value for messages.
func (h *Hub) at(path string) string {
	p := h.placeOf(path)
	return fmt.Sprintf("line %d, column %d: %s", p.line, p.column, path)
}

// placeOf returns where a value stands; of a value that is not there, where
// the object stands that lacks it.
func (h *Hub) placeOf(path string) place {
	for path != "" {
		if p, ok := h.places[path]; ok {
			return p
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return place{1, 1}
}

func sortedNames(files map[string]File) []string { return slices.Sorted(maps.Keys(files)) }

func sameHandle(a, b string) bool { return strings.EqualFold(a, b) }
