package hub

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/project-nexus/nexus/internal/ingest"
)

var (
	handlePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$`)
	keyPattern    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// checker collects what is wrong with the values.
type checker struct {
	hub    *Hub
	faults []fault
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, fault{path, c.hub.placeOf(path), fmt.Sprintf(format, args...)})
}

func (c *checker) check(known func(string) bool) {
	if c.hub.Version != 1 {
		c.fault("version", "is not 1, the only version of this format")
	}
	if c.hub.Files == nil {
		c.fault("files", "is missing")
	}
	c.users()
	c.cohorts()
	for _, name := range sortedNames(c.hub.Files) {
		c.file(name, known)
	}
}

func (c *checker) users() {
	seen := map[string]bool{}
	for i, u := range c.hub.Users {
		c.handle(at("users", i, "handle"), u.Handle)
		c.unique(seen, at("users", i, "handle"), strings.ToLower(u.Handle))
		c.length(at("users", i, "displayName"), u.DisplayName, 1, 200)
		c.length(at("users", i, "bio"), u.Bio, 0, 500)
	}
}

func (c *checker) cohorts() {
	keys, names := map[string]bool{}, map[string]bool{}
	for i, cohort := range c.hub.Cohorts {
		if !keyPattern.MatchString(cohort.Key) || len(cohort.Key) > 64 {
			c.fault(at("cohorts", i, "key"), "is %q: a key has small letters, digits and single hyphens, at most 64", cohort.Key)
		}
		c.unique(keys, at("cohorts", i, "key"), cohort.Key)
		c.program(at("cohorts", i, "program"), cohort.Program)
		c.length(at("cohorts", i, "name"), cohort.Name, 1, 200)
		c.unique(names, at("cohorts", i, "name"), ingest.Fold(cohort.Program)+"\n"+cohort.Name)
		c.dates(i, cohort)
		if cohort.Visibility != "PUBLIC" && cohort.Visibility != "MEMBERS" {
			c.fault(at("cohorts", i, "visibility"), "is %q: it is PUBLIC or MEMBERS", cohort.Visibility)
		}
		c.members(i, cohort.Members)
	}
}

func (c *checker) dates(i int, cohort Cohort) {
	for field, day := range map[string]*Day{"startsOn": cohort.StartsOn, "endsOn": cohort.EndsOn} {
		if day != nil && day.Time.IsZero() {
			c.fault(at("cohorts", i, field), "is no date such as 2026-03-02")
			return
		}
	}
	if cohort.StartsOn != nil && cohort.EndsOn != nil && cohort.EndsOn.Time.Before(cohort.StartsOn.Time) {
		c.fault(at("cohorts", i, "endsOn"), "is before startsOn")
	}
}

func (c *checker) members(i int, members []Member) {
	seen := map[string]bool{}
	for j, m := range members {
		c.handle(at("cohorts", i, "members", j, "handle"), m.Handle)
		c.unique(seen, at("cohorts", i, "members", j, "handle"), strings.ToLower(m.Handle))
		if !slices.Contains([]string{"LEARNER", "MENTOR", "STAFF"}, m.Role) {
			c.fault(at("cohorts", i, "members", j, "role"), "is %q: it is LEARNER, MENTOR or STAFF", m.Role)
		}
	}
}

func (c *checker) file(name string, known func(string) bool) {
	f := c.hub.Files[name]
	if !known(norm.NFC.String(name)) {
		c.fault(at("files", name), "is no document of this folder")
	}
	if f.Owner != "" {
		c.handle(at("files", name, "owner"), f.Owner)
	}
	if f.Program != "" {
		c.program(at("files", name, "program"), f.Program)
	}
	if f.Cohort == "" {
		return
	}
	cohort, declared := c.hub.CohortByKey(f.Cohort)
	switch {
	case !declared:
		c.fault(at("files", name, "cohort"), "is %q, which is the key of no cohort", f.Cohort)
	case f.Program != "" && ingest.Fold(f.Program) != ingest.Fold(cohort.Program):
		c.fault(at("files", name, "program"), "is not %q, the programme of its cohort", cohort.Program)
	}
}

func (c *checker) handle(path, handle string) {
	if !handlePattern.MatchString(handle) {
		c.fault(path, "is %q: a handle has letters, digits, hyphens and underscores, at most 39, and starts with a letter or digit", handle)
	}
}

func (c *checker) program(path, title string) {
	c.length(path, title, 1, 300)
	if title != "" && ingest.Fold(title) == "" {
		c.fault(path, "is %q, a title without letters and digits", title)
	}
}

func (c *checker) length(path, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		c.fault(path, "is missing or empty")
	case n > most:
		c.fault(path, "has %d characters, more than %d", n, most)
	}
}

func (c *checker) unique(seen map[string]bool, path, key string) {
	if key != "" && seen[key] {
		c.fault(path, "stands there twice")
	}
	seen[key] = true
}
