package graph_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// orders returns the orders of a list as literals.
func (w walk) orders(field *ast.FieldDefinition) []string {
	order := w.schema.Types[field.Arguments.ForName("orderBy").Type.Name()]
	var list []string
	for _, value := range w.schema.Types[order.Fields.ForName("field").Type.Name()].EnumValues {
		for _, direction := range []string{"ASC", "DESC"} {
			list = append(list, fmt.Sprintf("{field: %s, direction: %s}", value.Name, direction))
		}
	}
	return list
}

// explain returns the plan of a statement, whatever its parameters, on a server
// that sorts only when no index has the order.
func explain(ctx context.Context, t *testing.T, conn *pgxpool.Conn, sql string) string {
	t.Helper()
	parameters := 0
	for _, match := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(sql, -1) {
		if n, err := strconv.Atoi(match[1]); err == nil {
			parameters = max(parameters, n)
		}
	}
	execute := "EXECUTE asked"
	if parameters > 0 {
		execute += "(" + strings.Repeat("NULL, ", parameters-1) + "NULL)"
	}
	results, err := conn.Conn().PgConn().Exec(ctx, `SET enable_seqscan = off; SET enable_sort = off; SET enable_incremental_sort = off;
		SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan;
		PREPARE asked AS `+sql+`; EXPLAIN (COSTS off) `+execute+`; DEALLOCATE asked`).ReadAll()
	if err != nil {
		t.Fatalf("%v: %s", err, sql)
	}
	var plan strings.Builder
	for _, result := range results {
		for _, row := range result.Rows {
			plan.Write(row[0])
			plan.WriteByte('\n')
		}
	}
	return plan.String()
}

// Every order of every list is served by an index, and a page further on is
// found by its cursor: no page costs more than the first.
func TestEveryOrderHasAnIndex(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	conn, err := db.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	w := walk{schema: graph.Schema()}
	check := func(name, query, order string, variables map[string]any) {
		ctx := t.Context()
		if name == "auditLog" { // visitors see none of it, and nothing is read
			ctx = asAdmin(ctx)
		}
		got := mustAsk(ctx, t, handler, query, variables)
		variables["after"] = endCursor(got.Data)
		next := mustAsk(ctx, t, handler, query, variables)
		for i, sql := range append(got.statements, next.statements...) {
			if !strings.Contains(sql, " ORDER BY ") {
				continue
			}
			plan := explain(t.Context(), t, conn, sql)
			if name == "Document.revisions" && strings.Contains(plan, "document_revision_document_id_number_key") {
				continue // numbers are unique in a document: by id, nothing is left to sort
			}
			if strings.Contains(plan, "Sort") || strings.Contains(sql, "OFFSET") {
				t.Errorf("%s by %s has no index:\n%s\n%s", name, order, sql, plan)
			}
			// Dates may be null, so their cursor is no single comparison.
			isRoot, isNext := !strings.Contains(name, "."), i >= len(got.statements)
			if isRoot && isNext && !strings.Contains(plan, "Index Cond: (ROW(") && !strings.Contains(order, "STARTS_ON") {
				t.Errorf("%s by %s reads all before the cursor:\n%s\n%s", name, order, sql, plan)
			}
		}
	}
	for _, field := range w.schema.Query.Fields {
		if field.Arguments.ForName("orderBy") == nil {
			continue
		}
		for _, order := range w.orders(field) {
			check(field.Name, fmt.Sprintf("query($after: String) { list: %s(first: 1, after: $after, orderBy: %s) { pageInfo { endCursor } } }",
				field.Name, order), order, map[string]any{})
		}
	}
	for _, definition := range w.nodeTypes() {
		for _, field := range definition.Fields {
			if field.Arguments.ForName("orderBy") == nil {
				continue
			}
			for _, order := range w.orders(field) {
				check(definition.Name+"."+field.Name, fmt.Sprintf(
					"query($id: ID!, $after: String) { node(id: $id) { ... on %s { list: %s(first: 1, after: $after, orderBy: %s) { pageInfo { endCursor } } } } }",
					definition.Name, field.Name, order), order, map[string]any{"id": parentIDs()[definition.Name][0][0]})
			}
		}
	}
}

// endCursor finds the cursor of the only page in an answer.
func endCursor(value any) any {
	members, _ := value.(map[string]any)
	for name, member := range members {
		if name == "endCursor" {
			return member
		}
		if found := endCursor(member); found != nil {
			return found
		}
	}
	return nil
}

// What a technology's filter lists is read in order from the join's index, not
// by visiting all rows and asking each for its technologies.
func TestAFilterByTechnologyReadsTheIndexOfTheJoin(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	conn, err := db.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for list, table := range map[string]string{"challenges": "challenge", "practices": "practice"} {
		query := fmt.Sprintf(`{ %s(first: 1, filter: {technology: "T-01"}) { nodes { id } } }`, list)
		got := mustAsk(t.Context(), t, handler, query, nil)
		if len(got.statements) != 1 || !strings.Contains(got.text, `"id"`) {
			t.Fatalf("%d statements: %s", len(got.statements), got.text)
		}
		plan := explain(t.Context(), t, conn, got.statements[0])
		if !strings.Contains(plan, table+"_technology_technology_id_idx") || strings.Contains(plan, table+"_created_at_idx") || strings.Contains(plan, "Sort") {
			t.Errorf("%s:\n%s\n%s", list, got.statements[0], plan)
		}
	}
}
