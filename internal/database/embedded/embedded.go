// Package embedded runs a private PostgreSQL server in a folder, from the
// binaries that the machine has.
//
// Invariants: the server listens on a Unix socket in a folder that only its
// own account and root may enter, and on no port, so that instances never
// collide and no password is needed. It never runs as root: started by root it
// runs as postgres or nobody. One process at a time owns a data folder (a lock
// that the kernel releases when the process dies); a server that a killed
// process left behind is stopped before a new one starts. Data are durable
// (fsync) unless a setting says otherwise.
//
// Errors are for the operator: they name the folder, the reason and what to do.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	superuser    = "nexus"
	databaseName = "nexus"
)

// Option changes how the server runs.
type Option func(*Server)

// WithSetting sets a parameter of postgresql.conf, over the package's own.
func WithSetting(name, value string) Option {
	return func(s *Server) { s.settings[name] = value }
}

// Server is a running PostgreSQL server.
type Server struct {
	log      *slog.Logger
	settings map[string]string
	binaries binaries
	account  *account // nil: the account of this process
	cluster  string   // PostgreSQL's own data folder
	socket   string   // folder of the socket
	logFile  string
	unlock   func()
	process  *process
	// removeSocket is set when the socket's folder is a temporary one.
	removeSocket bool
}

// Start runs the server whose data are below dataDir, which is created when
// it does not exist, and returns when the server answers. ctx bounds the start
// only; the caller closes the Server.
func Start(ctx context.Context, dataDir string, log *slog.Logger, options ...Option) (_ *Server, err error) {
	dataDir, err = filepath.Abs(dataDir)
	if err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	unlock, err := lockFolder(dataDir)
	if err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	s := &Server{log: log, settings: defaultSettings(), unlock: unlock}
	for _, option := range options {
		option(s)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("embedded database in %s: %w", dataDir, errors.Join(err, s.Close(context.WithoutCancel(ctx))))
		}
	}()
	if err := s.prepare(ctx, dataDir); err != nil {
		return nil, err
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	return s, s.ensureDatabase(ctx)
}

// URL returns the connection URL of the database.
func (s *Server) URL() string { return s.urlOf(databaseName) }

// Close stops the server: open transactions are rolled back, everything
// committed is on disk. When ctx ends first the server is stopped the hard
// way, and recovers at its next start.
func (s *Server) Close(ctx context.Context) error {
	var err error
	if s.process != nil {
		err = s.process.stop(ctx)
		s.process = nil
	}
	if s.removeSocket {
		err = errors.Join(err, os.RemoveAll(s.socket))
	}
	if s.unlock != nil {
		s.unlock()
		s.unlock = nil
	}
	return err
}

// prepare finds the binaries, an account and the folders, clears away what a
// killed process left, and makes the cluster when there is none.
func (s *Server) prepare(ctx context.Context, dataDir string) (err error) {
	if s.account, err = findAccount(); err != nil {
		return err
	}
	if s.cluster, err = s.chooseCluster(dataDir); err != nil {
		return err
	}
	if s.binaries, err = findBinaries(ctx, versionOf(s.cluster)); err != nil {
		return err
	}
	if err := stopLeftOver(ctx, s.cluster, s.log); err != nil {
		return err
	}
	if s.socket, s.removeSocket, err = s.chooseSocketFolder(); err != nil {
		return err
	}
	s.logFile = filepath.Join(dataDir, "postgres.log")
	if versionOf(s.cluster) != 0 {
		return nil
	}
	begin := time.Now()
	if err := s.initialise(ctx); err != nil {
		return err
	}
	s.log.Info("made a database cluster", "folder", s.cluster, "postgresql", s.binaries.major,
		"took", time.Since(begin).Round(time.Millisecond))
	return nil
}

func (s *Server) ensureDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.urlOf("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", databaseName).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{databaseName}.Sanitize())
	return err
}

func (s *Server) urlOf(name string) string {
	u := url.URL{
		Scheme: "postgres", User: url.User(superuser), Path: "/" + name,
		RawQuery: url.Values{"host": {s.socket}}.Encode(),
	}
	return u.String()
}

// defaultSettings suit one service on a small machine: moderate memory, full
// durability, planner costs of an SSD.
func defaultSettings() map[string]string {
	return map[string]string{
		"shared_buffers":       "128MB",
		"work_mem":             "16MB",
		"maintenance_work_mem": "128MB",
		"effective_cache_size": "512MB",
		"random_page_cost":     "1.1",
		"max_wal_size":         "2GB",
		"max_connections":      "100",
		"jit":                  "off", // its compile time is more than short queries take
		"timezone":             "UTC",
		"log_timezone":         "UTC",
		"lc_messages":          "C", // translations of driver errors read one of them
		"cluster_name":         "nexus",
		"logging_collector":    "off",
		"log_destination":      "stderr",
	}
}
