// Package database is the way to PostgreSQL: one pool for pgx and GORM, the
// transaction in the context, the schema's migrations, and the translation of
// driver errors.
//
// Invariants: every query takes its handle from the context (DB.Handle), so
// that nobody opens a second connection inside a transaction; GORM never
// creates or alters tables; times are read and written in UTC.
//
// Errors of the driver come out as they are; Translate turns those that a
// client may learn about into *errs.Error. Anything else is internal.
package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// defaultMaxConns is the size of a pool of one process: enough for two busy
// cores, few enough for several processes on a server's usual 100 connections.
const defaultMaxConns = 10

// connectTimeout bounds one attempt to connect, unless the URL sets its own.
const connectTimeout = 5 * time.Second

// Config tells how to reach the database. Only URL is required.
type Config struct {
	// URL is a PostgreSQL connection URL or keyword string.
	URL string
	// MaxConns is the greatest number of open connections; 0 takes the URL's
	// pool_max_conns, or 10.
	MaxConns int32
	// Logger gets failed statements at level debug; nil takes slog.Default.
	Logger *slog.Logger
	// Tracer also sees every statement, besides the statement counter.
	Tracer pgx.QueryTracer
}

// DB owns the connections to one database. It is safe for concurrent use.
type DB struct {
	pool *pgxpool.Pool
	gorm *gorm.DB
	log  *slog.Logger
}

// Open connects to the database and checks that it answers. The caller closes
// the DB. The error names the cause, never the password.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	poolConfig, err := newPoolConfig(cfg)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, poolConfig)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: no answer from %s: %w", address(poolConfig.ConnConfig), err)
	}
	orm, err := openGORM(pool, cfg.Logger)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return &DB{pool: pool, gorm: orm, log: cfg.Logger}, nil
}

// Close closes all connections; it waits for those in use.
func (db *DB) Close() { db.pool.Close() }

// Pool returns the pgx pool, for COPY, LISTEN and batches. Its connections do
// not take part in a transaction of InTx.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Ping checks that the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

// URL returns the connection string the DB was opened with, password included.
func (db *DB) URL() string { return db.pool.Config().ConnString() }

func newPoolConfig(cfg Config) (*pgxpool.Config, error) {
	if cfg.URL == "" {
		return nil, errors.New("open database: no database URL is given")
	}
	poolConfig, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		// pgx quotes the whole string with the password struck out.
		return nil, fmt.Errorf("open database: %w", err)
	}
	switch {
	case cfg.MaxConns > 0:
		poolConfig.MaxConns = cfg.MaxConns
	case !strings.Contains(cfg.URL, "pool_max_conns"):
		poolConfig.MaxConns = defaultMaxConns
	}
	connConfig := poolConfig.ConnConfig
	if connConfig.ConnectTimeout == 0 {
		connConfig.ConnectTimeout = connectTimeout
	}
	connConfig.RuntimeParams["timezone"] = "UTC"
	if connConfig.RuntimeParams["application_name"] == "" {
		connConfig.RuntimeParams["application_name"] = "nexus"
	}
	connConfig.Tracer = withCounter(cfg.Tracer)
	poolConfig.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		readTimesInUTC(conn)
		return planForOneRun(conn)
	}
	return poolConfig, nil
}

// planForOneRun keeps the server from compiling statements to machine code,
// which takes longer than the statements of an API run, and from planning a
// statement once for all parameters: what is rare and what is common (a word, a
// technology) needs another plan. It is set here, not in the connection's
// parameters, which some poolers refuse; and not with the context of the request
// that needs the connection, whose statements may be counted.
func planForOneRun(conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	_, err := conn.Exec(ctx, "SET jit = off; SET plan_cache_mode = force_custom_plan")
	return err
}

// readTimesInUTC makes timestamptz values come out in UTC, not in the zone of
// the machine.
func readTimesInUTC(conn *pgx.Conn) {
	types := conn.TypeMap()
	utc := &pgtype.Type{
		Name:  "timestamptz",
		OID:   pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	}
	types.RegisterType(utc)
	types.RegisterType(&pgtype.Type{
		Name:  "_timestamptz",
		OID:   pgtype.TimestamptzArrayOID,
		Codec: &pgtype.ArrayCodec{ElementType: utc},
	})
}

func openGORM(pool *pgxpool.Pool, log *slog.Logger) (*gorm.DB, error) {
	return gorm.Open(
		postgres.New(postgres.Config{Conn: stdlib.OpenDBFromPool(pool)}),
		&gorm.Config{
			// A single statement is atomic by itself; InTx is for the rest.
			SkipDefaultTransaction: true,
			// pgx prepares and caches statements; twice would be once too much.
			PrepareStmt:          false,
			DisableAutomaticPing: true,
			NamingStrategy:       schema.NamingStrategy{SingularTable: true},
			NowFunc:              func() time.Time { return time.Now().UTC() },
			Logger:               quietLogger{log: log},
		},
	)
}

// address names the server of a configuration without user and password.
func address(c *pgx.ConnConfig) string {
	if strings.HasPrefix(c.Host, "/") {
		return fmt.Sprintf("database %q at socket %s", c.Database, c.Host)
	}
	return fmt.Sprintf("database %q at %s:%d", c.Database, c.Host, c.Port)
}
