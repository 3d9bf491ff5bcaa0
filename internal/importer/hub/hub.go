// Package hub reads hub.json, the file that says whose the documents of a
// folder are and where they belong; docs/hub-json.md describes it.
//
// Reading is strict: an unknown or doubled field, a value of another type, a
// key that nothing declares are faults, reported all at once, each with its
// path, line and column. Whether a handle exists is for the caller to find out.
//
// Errors: BAD_USER_INPUT with the faults.
package hub

import (
	"time"

	"golang.org/x/text/unicode/norm"
)

// Hub is the content of a hub.json.
type Hub struct {
	Schema  string          `json:"$schema"`
	Version int             `json:"version"`
	Users   []User          `json:"users"`
	Cohorts []Cohort        `json:"cohorts"`
	Files   map[string]File `json:"files"`

	places map[string]place
}

// User declares a person.
type User struct {
	Handle      string `json:"handle"`
	DisplayName string `json:"displayName"`
	Bio         string `json:"bio"`
}

// Cohort declares a cohort.
type Cohort struct {
	Key        string   `json:"key"`
	Program    string   `json:"program"`
	Name       string   `json:"name"`
	StartsOn   *Day     `json:"startsOn"`
	EndsOn     *Day     `json:"endsOn"`
	Visibility string   `json:"visibility"`
	Members    []Member `json:"members"`
}

// Member declares a place in a cohort.
type Member struct {
	Handle string `json:"handle"`
	Role   string `json:"role"`
}

// File says where a document belongs; each field may be empty.
type File struct {
	Owner   string `json:"owner"`
	Cohort  string `json:"cohort"`
	Program string `json:"program"`
}

// Day is a date.
type Day struct{ Time time.Time }

// UnmarshalText reads a date such as 2026-03-02. A text that is none leaves the
// zero Day, which the checks report with its place.
func (d *Day) UnmarshalText(text []byte) error {
	d.Time, _ = time.Parse(time.DateOnly, string(text))
	return nil
}

// Declares reports whether the hub declares a user of this handle.
func (h *Hub) Declares(handle string) bool {
	for _, u := range h.Users {
		if sameHandle(u.Handle, handle) {
			return true
		}
	}
	return false
}

// CohortByKey returns the declared cohort of that key.
func (h *Hub) CohortByKey(key string) (Cohort, bool) {
	for _, c := range h.Cohorts {
		if c.Key == key {
			return c, true
		}
	}
	return Cohort{}, false
}

// Handles calls yield with every handle that a file or a cohort refers to, and
// the place of the reference.
func (h *Hub) Handles(yield func(handle, place string) bool) {
	for i, c := range h.Cohorts {
		for j, m := range c.Members {
			if !yield(m.Handle, h.at(at("cohorts", i, "members", j, "handle"))) {
				return
			}
		}
	}
	for _, name := range sortedNames(h.Files) {
		if owner := h.Files[name].Owner; owner != "" && !yield(owner, h.at(at("files", name, "owner"))) {
			return
		}
	}
}

// File returns what the hub says of a file, by its path below the folder.
func (h *Hub) File(below string) File {
	if f, known := h.Files[below]; known {
		return f
	}
	for name, f := range h.Files {
		if norm.NFC.String(name) == below {
			return f
		}
	}
	return File{}
}
