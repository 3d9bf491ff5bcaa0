package request

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

// place is where a file goes: a null in a list or an object of the variables.
type place struct {
	variable string
	put      func(graphql.Upload)
}

// readMap reads which file goes where, by name of the file.
func readMap(text []byte, most int, variables map[string]any) (map[string][]place, *errs.Error) {
	const what = `"map"`
	if !utf8.Valid(text) {
		return nil, errs.BadUserInput("%s %s.", what, notUTF8)
	}
	if refusal := checkSyntax(what, text); refusal != nil {
		return nil, refusal
	}
	members, refusal := splitMembers(what, text, func(string) bool { return true })
	if refusal != nil || !strings.HasPrefix(strings.TrimLeft(string(text), " \t\r\n"), "{") {
		return nil, errs.BadUserInput(`"map" must be an object of files, each named once, with lists of paths.`)
	}
	if len(members) > most {
		return nil, errs.BadUserInput("A request takes up to %d files, not %d.", most, len(members))
	}
	places, taken := map[string][]place{}, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		shown := PathName([]string{name})
		var paths []string
		if json.Unmarshal(members[name], &paths) != nil || len(paths) == 0 {
			return nil, errs.BadUserInput(`"map" must give a list of paths for the file %q.`, shown)
		}
		for _, path := range paths {
			target, fault := find(path, variables)
			if taken[path] {
				fault = "is there twice"
			}
			if fault != "" {
				return nil, errs.BadUserInput(`The path %q of "map" %s.`, PathName(strings.Split(path, ".")), fault)
			}
			taken[path] = true
			places[name] = append(places[name], target)
		}
	}
	return places, nil
}

// find follows a path into the variables, or says why it leads nowhere.
func find(path string, variables map[string]any) (p place, fault string) {
	steps := strings.Split(path, ".")
	if steps[0] != memberVariables || len(steps) < 2 {
		return place{}, "does not start with a variable, as variables.file does"
	}
	p.variable = steps[1]
	var value any = variables
	for _, step := range steps[1:] {
		switch container := value.(type) {
		case map[string]any:
			member, ok := container[step]
			if !ok {
				return place{}, "leads to no value"
			}
			value, p.put = member, func(u graphql.Upload) { container[step] = u }
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || strconv.Itoa(i) != step || i < 0 || i >= len(container) {
				return place{}, "leads to no item of its list"
			}
			value, p.put = container[i], func(u graphql.Upload) { container[i] = u }
		default:
			return place{}, "leads into what is no list and no object"
		}
	}
	if value != nil {
		return place{}, "must lead to null, in the place of which the file is put"
	}
	return p, ""
}

// variablesOf returns the names of the variables that files are put into.
func variablesOf(places map[string][]place) []string {
	names := map[string]bool{}
	for _, list := range places {
		for _, p := range list {
			names[p.variable] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
