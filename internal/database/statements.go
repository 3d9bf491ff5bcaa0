package database

import (
	"context"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
)

// Statements records the SQL statements that were executed with a context
// derived from that of CountStatements. It is safe for concurrent use.
type Statements struct {
	mu    sync.Mutex
	texts []string
}

// Count returns the number of statements so far. BEGIN, COMMIT, savepoints and
// the driver's own preparation of statements do not count.
func (s *Statements) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.texts)
}

// Texts returns the SQL of the statements so far, in the order of their start.
func (s *Statements) Texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.texts...)
}

func (s *Statements) add(sql string) {
	if isTransactionControl(sql) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, sql)
}

type statementsKey struct{}

// CountStatements returns a context whose statements are recorded, on any DB.
// Tests use it to pin the number of statements of a request.
func CountStatements(ctx context.Context) (context.Context, *Statements) {
	s := &Statements{}
	return context.WithValue(ctx, statementsKey{}, s), s
}

// statementCounter feeds the Statements of a context; without one it costs a
// context look-up.
type statementCounter struct{}

func withCounter(other pgx.QueryTracer) pgx.QueryTracer {
	if other == nil {
		return statementCounter{}
	}
	return multitracer.New(statementCounter{}, other)
}

func record(ctx context.Context, sql string) {
	if s, ok := ctx.Value(statementsKey{}).(*Statements); ok {
		s.add(sql)
	}
}

// TraceQueryStart records Query, QueryRow and Exec.
func (statementCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	record(ctx, d.SQL)
	return ctx
}

// TraceQueryEnd does nothing: a failed statement counts too.
func (statementCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart does nothing: the statements of the batch are recorded.
func (statementCounter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

// TraceBatchQuery records one statement of a batch.
func (statementCounter) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	record(ctx, d.SQL)
}

// TraceBatchEnd does nothing.
func (statementCounter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// TraceCopyFromStart records a COPY.
func (statementCounter) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromStartData) context.Context {
	record(ctx, "copy "+d.TableName.Sanitize())
	return ctx
}

// TraceCopyFromEnd does nothing.
func (statementCounter) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

func isTransactionControl(sql string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	switch strings.ToLower(strings.TrimRight(first, ";")) {
	case "", "begin", "commit", "rollback", "savepoint", "release", "--":
		// pgx pings an idle connection with the comment "-- ping".
		return true
	}
	return false
}
