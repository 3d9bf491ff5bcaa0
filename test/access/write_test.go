package access

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Each principal tries each mutation on objects in every state: it ends as the
// rules say, and what was refused has changed nothing.
func TestWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer w.report()
	for _, name := range slices.Sorted(maps.Keys(mutations())) {
		if schema().Mutation.Fields.ForName(name) == nil {
			continue // TestEverythingHasARule says so
		}
		w.renew()
		m := mutations()[name]
		var all []trial
		for _, p := range w.principals {
			all = append(all, w.trials(p, name, m)...)
		}
		if len(all) == 0 {
			w.tryOnThemselves(name, m)
			continue
		}
		w.tryRefusals(all)
		for _, tried := range all {
			if tried.want == succeeds {
				w.judge(tried, w.mutate(tried))
				w.compareProtected(tried, m.sets)
			}
		}
	}
}

// tryRefusals runs what must be refused.
func (w *world) tryRefusals(all []trial) {
	w.t.Helper()
	before := w.fingerprint()
	refusals := map[string]*differences{}
	for _, tried := range all {
		if tried.want == succeeds {
			continue
		}
		got := w.mutate(tried)
		w.judge(tried, got)
		if after := w.rowOf(tried.target); after != tried.before {
			w.t.Errorf("%s was refused %s on %s, which changed:\n%s\n%s", tried.by, tried.name, tried.target, tried.before, after)
		}
		if tried.want == notFound {
			key := tried.by.name + " " + tried.field + " " + tried.target.kind
			if refusals[key] == nil {
				refusals[key] = &differences{}
			}
			refusals[key].add(got.text, tried.asked)
		}
	}
	for key, texts := range refusals {
		texts.report(w, &principal{name: key}, all[0].name)
	}
	if after := w.fingerprint(); after != before {
		w.t.Errorf("%s was refused and has written something:\n%s\n%s", all[0].name, before, after)
	}
}

// tryOnThemselves runs a mutation that names no object: it is about its actor and
// leaves all others alone.
func (w *world) tryOnThemselves(name string, m mutation) {
	w.t.Helper()
	for _, p := range w.principals {
		if m.ends && p.user != nil {
			p = w.newPrincipal(p.name)
		}
		in, ok := w.fillIn(p, m.input, "", "", nil)
		if !ok {
			w.t.Errorf("%s: nothing to fill the input in with", name)
		}
		tried := trial{by: p, name: name, target: p.user, input: in, want: m.who.lets(p), before: w.rowOf(p.user)}
		others := w.rowsOfOthers(p)
		got := w.mutate(tried)
		if m.who == everybody { // a wrong code or password has an answer of its own
			done := outcomeOf(got, "")
			w.compare(true, done != forbidden && done != unauthenticated, "%s uses %s: %s", p, name, got.text)
		} else {
			w.judge(tried, got)
		}
		w.compareProtected(tried, m.sets)
		if w.rowsOfOthers(p) != others {
			w.t.Errorf("%s uses %s, and the rows of others change", p, name)
		}
	}
}

// mutate runs a mutation.
func (w *world) mutate(tried trial) answer {
	w.t.Helper()
	return w.ask(tried.by, operation(tried.name), map[string]any{"input": listed(tried.name, tried.input)})
}

func operation(name string) string {
	return fmt.Sprintf("mutation($input: %s!) { got: %s(input: $input) { userErrors { code message path } } }", inputOf(name), name)
}

// inputOf returns the name of the input type of a mutation.
func inputOf(name string) string {
	return schema().Mutation.Fields.ForName(name).Arguments.ForName("input").Type.Name()
}

// listed makes lists of the values of list fields.
func listed(name string, in map[string]any) map[string]any {
	made := map[string]any{}
	for member, value := range in {
		field := schema().Types[inputOf(name)].Fields.ForName(member)
		if _, isList := value.([]any); field != nil && field.Type.Elem != nil && !isList {
			value = []any{value}
		}
		made[member] = value
	}
	return made
}

// outcomeOf reads how an operation ended; NOT_FOUND and BAD_USER_INPUT count at the
// field that named the target alone.
func outcomeOf(got answer, field string) outcome {
	if len(got.Errors) > 0 {
		return outcome(got.Errors[0].Extensions.Code)
	}
	errors, _ := at(got.Data, "got", "userErrors").([]any)
	if len(errors) == 0 {
		return succeeds
	}
	path, _ := at(errors[0], "path").([]any)
	code := fmt.Sprint(at(errors[0], "code"))
	where := strings.Trim(strings.ReplaceAll(fmt.Sprint(path), " ", "."), "[]")
	if (code == string(notFound) || code == string(badInput)) && strings.HasPrefix(where+".", "input."+field+".") {
		return outcome(code)
	}
	return outcome(fmt.Sprintf("%s at %s in userErrors", code, where))
}

// judge compares how a mutation ended with how it should.
func (w *world) judge(tried trial, got answer) {
	w.t.Helper()
	done := outcomeOf(got, tried.field)
	w.compare(tried.want == succeeds, done == succeeds, "%s uses %s on %s: %s, want %s: %s", tried.by, tried.name, tried.target, done, tried.want, got.text)
	if tried.want != succeeds && done != succeeds && done != tried.want {
		w.t.Errorf("%s uses %s on %s: %s, want %s: %s", tried.by, tried.name, tried.target, done, tried.want, got.text)
	}
}

// rowOf returns the row of an object as JSON.
func (w *world) rowOf(o *object) string {
	w.t.Helper()
	if o == nil {
		return ""
	}
	return strings.Join(w.texts(`SELECT to_jsonb(t)::text FROM `+kinds()[o.kind].table+` AS t WHERE id = ?`, o.uuid), "")
}

// fingerprint sums up all tables: it differs when anything was written.
func (w *world) fingerprint() string {
	w.t.Helper()
	tables := w.texts(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'
		AND table_name NOT IN ('goose_db_version', 'attempt') ORDER BY table_name`)
	for i, table := range tables {
		tables[i] = fmt.Sprintf(`SELECT '%[1]s ' || count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %[1]s AS t`, table)
	}
	return strings.Join(w.texts(strings.Join(tables, " UNION ALL ")+" ORDER BY 1"), "\n")
}

// rowsOfOthers sums up who everybody but p is and what they are signed in with.
func (w *world) rowsOfOthers(p *principal) string {
	w.t.Helper()
	var person any
	if p.user != nil {
		person = p.user.uuid
	}
	var tables []string
	var values []any
	for table, column := range map[string]string{"app_user": "id", "credential": "user_id", "session": "user_id", "access_token": "user_id"} {
		tables = append(tables, fmt.Sprintf(`SELECT '%[1]s ' || count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)
			FROM %[1]s AS t WHERE %[2]s IS DISTINCT FROM CAST(? AS uuid)`, table, column))
		values = append(values, person)
	}
	rows := w.texts(strings.Join(tables, " UNION ALL "), values...)
	slices.Sort(rows)
	return strings.Join(rows, "\n")
}

// compareProtected checks that a mutation has changed no protected column of its
// target, save those that it is for.
func (w *world) compareProtected(tried trial, sets []string) {
	w.t.Helper()
	var before, after map[string]any
	was, is := tried.before, w.rowOf(tried.target)
	if was == "" || is == "" {
		return
	}
	if json.Unmarshal([]byte(was), &before) != nil || json.Unmarshal([]byte(is), &after) != nil {
		w.t.Fatalf("no rows: %s, %s", was, is)
	}
	for _, column := range protectedColumns() {
		if slices.Contains(sets, column) {
			continue
		}
		w.tally.checks++
		if fmt.Sprint(before[column]) != fmt.Sprint(after[column]) {
			w.t.Errorf("%s used %s on %s: %s was %v and is %v. If the mutation is for that, name the column in sets in "+
				"mutations in test/access/mutations_test.go", tried.by, tried.name, tried.target, column, before[column], after[column])
		}
	}
}
